"""A política de silêncio como conta: o que fazer agora com um chamado que espera por quem abriu."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from pen.atendimento.enums import Relogio
from pen.atendimento.values.expediente import Expediente


class Providencia(Enum):
    """O que a política manda fazer."""

    ESPERAR = "esperar"
    LEMBRAR = "lembrar"
    ENCERRAR = "encerrar"
    SEM_PROVA = "sem prova"  # passou da hora, e nenhum lembrete foi entregue: só uma pessoa encerra


@dataclass(frozen=True, slots=True)
class Politica:
    """``horas`` de silêncio, contadas no ``relogio``, com um lembrete em cada hora de ``lembretes`` (em ordem, antes do fim)."""

    relogio: Relogio
    horas: int
    lembretes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Lembrado:
    """Um lembrete já feito, e quando algum canal o entregou, se entregou."""

    em: datetime
    entregue_em: datetime | None


def providenciar(
    politica: Politica, expediente: Expediente, *, desde: datetime, lembrados: Sequence[Lembrado], agora: datetime
) -> Providencia:
    """O que fazer em ``agora`` com um silêncio que vem de ``desde``.

    Entre um lembrete e o seguinte, e entre o último e o fim, passa sempre o tempo que a política prevê, mesmo que o sistema tenha
    ficado parado. O encerramento só cabe no expediente, com todos os lembretes feitos e pelo menos um entregue.
    """
    marcos = [*politica.lembretes, politica.horas]
    feitos = len(lembrados)
    proximo = marcos[min(feitos, len(marcos) - 1)]
    devido = _somar(politica, expediente, desde, proximo)
    if lembrados:
        devido = max(devido, _somar(politica, expediente, lembrados[-1].em, proximo - marcos[feitos - 1]))
    if agora < devido:
        return Providencia.ESPERAR
    if feitos < len(politica.lembretes):
        return Providencia.LEMBRAR
    if politica.lembretes and not any(lembrado.entregue_em for lembrado in lembrados):
        return Providencia.SEM_PROVA
    return Providencia.ENCERRAR if expediente.aberto(agora) else Providencia.ESPERAR


def encerra_em(politica: Politica, expediente: Expediente, desde: datetime) -> datetime:
    """Quando um silêncio que vem de ``desde`` encerra o chamado, se tudo correr como previsto: sempre dentro do expediente."""
    return expediente.proxima_abertura(_somar(politica, expediente, desde, politica.horas))


def _somar(politica: Politica, expediente: Expediente, instante: datetime, horas: int) -> datetime:
    duracao = timedelta(hours=horas)
    return expediente.somar(instante, duracao) if politica.relogio == Relogio.UTIL else instante + duracao
