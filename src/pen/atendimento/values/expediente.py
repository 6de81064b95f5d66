"""O expediente: somar e contar horas úteis. Não conhece o banco nem o relógio."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from pen.atendimento.errors import SemExpediente
from pen.comum.tempo import BRASILIA

DIA_INTEIRO = 24 * 60
DIAS_SEM_ABRIR = 400  # mais do que isto sem uma hora de expediente é calendário errado, e não feriado
SEM_ABRIR = "O calendário não tem expediente em mais de um ano; confira os períodos da semana."

Minutos = tuple[int, int]  # de, até; minutos desde a meia-noite de Brasília, até 1440


class Trecho(NamedTuple):
    """Um pedaço contínuo de expediente; instantes com fuso."""

    inicio: datetime
    fim: datetime

    @property
    def duracao(self) -> timedelta:
        """Quanto dura."""
        return self.fim - self.inicio


@dataclass(frozen=True)
class Expediente:
    """Quando a Central responde. ``semana`` vai de 0 (segunda) a 6; ``fechado`` são os trechos sem expediente de um dia.

    Os minutos são os do relógio de Brasília; um período que acaba em 1440 vai até a meia-noite. Períodos de um dia não se tocam
    nem se cruzam, e vêm em ordem. Os instantes que entram precisam ter fuso; os que saem estão em UTC.
    """

    semana: Mapping[int, Sequence[Minutos]]
    fechado: Mapping[date, Sequence[Minutos]] = field(default_factory=dict)

    def trechos_do_dia(self, dia: date) -> list[Trecho]:
        """O expediente de um dia de Brasília, em ordem; vazio quando não há."""
        abertos = list(self.semana.get(dia.weekday(), ()))
        for de, ate in self.fechado.get(dia, ()):
            abertos = [pedaco for aberto in abertos for pedaco in _sem(aberto, de, ate)]
        return [Trecho(_instante(dia, de), _instante(dia, ate)) for de, ate in abertos]

    def somar(self, instante: datetime, duracao: timedelta) -> datetime:
        """Quando terão passado ``duracao`` de horas úteis; zero, a partir de fora do expediente, é a abertura seguinte.

        Levanta:
            SemExpediente: não há expediente em mais de um ano.
        """
        falta = duracao
        for trecho in self._desde(instante):
            if falta <= trecho.duracao:
                return trecho.inicio + falta
            falta -= trecho.duracao
        raise AssertionError  # _desde não acaba: levanta SemExpediente

    def subtrair(self, instante: datetime, duracao: timedelta) -> datetime:
        """O último instante de que já se passaram ``duracao`` de horas úteis até ``instante``; zero é o próprio.

        Levanta:
            SemExpediente: não há expediente em mais de um ano.
        """
        if not duracao:
            return instante
        falta = duracao
        for trecho in self._ate(instante):
            if falta <= trecho.duracao:
                return trecho.fim - falta
            falta -= trecho.duracao
        raise AssertionError  # _ate não acaba: levanta SemExpediente

    def trechos(self, inicio: datetime, fim: datetime) -> list[Trecho]:
        """O expediente entre os dois instantes, pedaço por pedaço: é a explicação de um prazo."""
        dia, ultimo = inicio.astimezone(BRASILIA).date(), fim.astimezone(BRASILIA).date()
        achados = []
        while dia <= ultimo:
            for trecho in self.trechos_do_dia(dia):
                de, ate = max(trecho.inicio, inicio), min(trecho.fim, fim)
                if de < ate:
                    achados.append(Trecho(de.astimezone(UTC), ate.astimezone(UTC)))
            dia += timedelta(days=1)
        return achados

    def entre(self, inicio: datetime, fim: datetime) -> timedelta:
        """Quantas horas úteis há entre os dois instantes; zero, se ``fim`` vem antes."""
        return sum((t.duracao for t in self.trechos(inicio, fim)), timedelta())

    def aberto(self, instante: datetime) -> bool:
        """Se o instante é de expediente; o do fechamento já não é."""
        return any(t.inicio <= instante < t.fim for t in self.trechos_do_dia(instante.astimezone(BRASILIA).date()))

    def proxima_abertura(self, instante: datetime) -> datetime:
        """O próprio instante, se é de expediente; senão, quando ele recomeça.

        Levanta:
            SemExpediente: não há expediente em mais de um ano.
        """
        return next(self._desde(instante)).inicio

    def _desde(self, instante: datetime) -> Iterator[Trecho]:
        """O expediente a partir do instante, sem fim."""
        dia, vazios = instante.astimezone(BRASILIA).date(), 0
        while vazios < DIAS_SEM_ABRIR:
            vazios += 1
            for trecho in self.trechos_do_dia(dia):
                if trecho.fim > instante:
                    vazios = 0
                    yield Trecho(max(trecho.inicio, instante).astimezone(UTC), trecho.fim)
            dia += timedelta(days=1)
        raise SemExpediente(SEM_ABRIR)

    def _ate(self, instante: datetime) -> Iterator[Trecho]:
        """O expediente até o instante, do fim para o começo, sem fim."""
        dia, vazios = instante.astimezone(BRASILIA).date(), 0
        while vazios < DIAS_SEM_ABRIR:
            vazios += 1
            for trecho in reversed(self.trechos_do_dia(dia)):
                if trecho.inicio < instante:
                    vazios = 0
                    yield Trecho(trecho.inicio, min(trecho.fim, instante).astimezone(UTC))
            dia -= timedelta(days=1)
        raise SemExpediente(SEM_ABRIR)


def _sem(aberto: Minutos, de: int, ate: int) -> list[Minutos]:
    """O que sobra de um período sem o trecho fechado."""
    inicio, fim = aberto
    antes, depois = (inicio, min(fim, de)), (max(inicio, ate), fim)
    return [pedaco for pedaco in (antes, depois) if pedaco[0] < pedaco[1]]


def _instante(dia: date, minutos: int) -> datetime:
    """O minuto do dia, em UTC; 1440 é a meia-noite do dia seguinte."""
    if minutos == DIA_INTEIRO:
        dia, minutos = dia + timedelta(days=1), 0
    return datetime.combine(dia, time(minutos // 60, minutos % 60), BRASILIA).astimezone(UTC)
