"""Por quanto tempo uma conversa fica."""

from datetime import datetime

from django.db import transaction

from pen.assistente.models import Conversa, Fala
from pen.assistente.models.conversa import GUARDADA

POR_VEZ = 1_000


def excluir_conversas_velhas(*, agora: datetime) -> int:
    """Apaga as conversas sem fala há noventa dias, mil por transação; devolve quantas."""
    quantas = 0
    while apagadas := _apagar_um_tanto(agora - GUARDADA):
        quantas += apagadas
    return quantas


@transaction.atomic
def _apagar_um_tanto(antes_de: datetime) -> int:
    velhas = Conversa.objects.filter(ultima_em__lt=antes_de).select_for_update(skip_locked=True)
    chaves = list(velhas.values_list("pk", flat=True)[:POR_VEZ])
    Fala.objects.filter(conversa__in=chaves).delete()
    return Conversa.objects.filter(pk__in=chaves).delete()[0]
