"""Conferências em lote. Quem tem o ``id`` vê; passado o prazo de guarda, é como se não existissem."""

import uuid
from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from pen.nup.enums.situacoes import SituacaoDaConferencia
from pen.nup.errors import ConferenciaNaoEncontrada
from pen.nup.models import ConferenciaEmLote

GUARDA = timedelta(hours=24)
SINAL_DE_VIDA = timedelta(minutes=1)
"""Quanto tempo quem confere pode ficar sem dizer nada antes de se dar por morto."""


def conferencias_guardadas() -> QuerySet[ConferenciaEmLote]:
    """As que ainda não venceram, sem os conteúdos."""
    return ConferenciaEmLote.objects.filter(criada_em__gt=timezone.now() - GUARDA).defer("enviado", "resultado")


def consultar_conferencia(conferencia_id: uuid.UUID) -> ConferenciaEmLote:
    """A conferência, sem os conteúdos.

    Levanta:
        ConferenciaNaoEncontrada: nunca existiu, venceu ou foi excluída.
    """
    conferencia = conferencias_guardadas().filter(pk=conferencia_id).first()
    if conferencia is None:
        raise ConferenciaNaoEncontrada("Esta conferência não existe, já venceu ou foi excluída.")
    return conferencia


def resultado_da_conferencia(conferencia_id: uuid.UUID) -> tuple[ConferenciaEmLote, bytes]:
    """A conferência pronta e a planilha conferida.

    Levanta:
        ConferenciaNaoEncontrada: como em ``consultar_conferencia``, ou ainda não está pronta.
    """
    conferencia = conferencias_guardadas().defer("enviado").filter(pk=conferencia_id, resultado__isnull=False).first()
    if conferencia is None:
        raise ConferenciaNaoEncontrada("Esta conferência não existe, já venceu, foi excluída ou ainda não acabou.")
    assert conferencia.resultado is not None
    return conferencia, bytes(conferencia.resultado)


def esta_demorando(conferencia: ConferenciaEmLote) -> bool:
    """Se está na fila, ou parada, há mais tempo do que o normal."""
    ha_muito = conferencia.mexida_em < timezone.now() - SINAL_DE_VIDA
    return ha_muito and conferencia.situacao in (SituacaoDaConferencia.ESPERANDO, SituacaoDaConferencia.CONFERINDO)


def conferencias_paradas() -> list[uuid.UUID]:
    """As que esperam, ou pararam no meio, há mais de ``SINAL_DE_VIDA``."""
    paradas = conferencias_guardadas().filter(
        situacao__in=[SituacaoDaConferencia.ESPERANDO, SituacaoDaConferencia.CONFERINDO],
        mexida_em__lt=timezone.now() - SINAL_DE_VIDA,
    )
    return list(paradas.values_list("pk", flat=True))
