"""Quando um gatilho age pelo tempo: perto de um prazo, ou depois de ninguém mexer no chamado."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from pen.atendimento.enums import Marco
from pen.atendimento.values.expediente import Expediente
from pen.atendimento.values.passos import ABERTAS
from pen.comum.errors import PedidoIncompleto, conferir

MINUTOS_MAXIMO = 60_000  # de expediente: cem dias de dez horas
# O que passou antes disto não age: o gatilho acaba de ser ligado, ou o sistema esteve parado.
ATRASO_MAXIMO = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Tempo:
    """``minutos`` de expediente antes ou depois do prazo ou, sem movimento, depois da última vez, na ``situacao``."""

    marco: Marco
    minutos: int
    antes: bool = False
    situacao: str = ""

    @property
    def duracao(self) -> timedelta:
        """Os minutos, como tempo."""
        return timedelta(minutes=self.minutos)

    def momento(self, expediente: Expediente, marco: datetime) -> datetime:
        """Quando o gatilho age, se o prazo ou a última vez é em ``marco``."""
        conta = expediente.subtrair if self.antes else expediente.somar
        return conta(marco, self.duracao)

    def janela(self, expediente: Expediente, agora: datetime) -> tuple[datetime, datetime]:
        """Depois de que instante, e até qual, está o marco dos chamados em que o gatilho age em ``agora``."""
        if self.antes:
            return agora, expediente.somar(agora, self.duracao)
        ate = expediente.subtrair(agora, self.duracao)
        return ate - ATRASO_MAXIMO, ate


def conferir_tempo(tempo: Tempo) -> None:
    """Confere que o tempo faz sentido.

    Levanta:
        PedidoIncompleto: falta quanto, é demais, ou a situação não é de um chamado aberto; ``detalhes['campo']`` diz qual.
    """
    sem_movimento = tempo.marco == Marco.SEM_MOVIMENTO
    minimo = 1 if tempo.antes or sem_movimento else 0
    quanto = PedidoIncompleto("Diga quanto tempo, de um minuto a mil horas de expediente.", campo="minutos")
    conferir(minimo <= tempo.minutos <= MINUTOS_MAXIMO, quanto)
    onde = PedidoIncompleto("Escolha em que situação o chamado está parado.", campo="situacao")
    conferir(tempo.situacao in ABERTAS if sem_movimento else not tempo.situacao, onde)
    conferir(not (sem_movimento and tempo.antes), PedidoIncompleto("Sem movimento, só se conta depois.", campo="antes"))
