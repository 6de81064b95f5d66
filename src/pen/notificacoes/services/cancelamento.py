"""«Deixar de receber», pelo link que foi na mensagem."""

from collections import defaultdict
from typing import Any
from uuid import UUID

from django.db import transaction

from pen.notificacoes.models import Aviso, Mensagem
from pen.notificacoes.services.redacao import cancelador_de


@transaction.atomic
def cancelar_pela_mensagem(mensagem_id: UUID) -> bool:
    """Pede a cada contexto que cancele o que a mensagem trouxe; ``False`` se ela já não está guardada.

    O que se cancela é de quem está acima (deixar de acompanhar um processo). Cancelar de novo não muda nada.
    """
    mensagem = Mensagem.objects.filter(pk=mensagem_id).first()
    if mensagem is None:
        return False
    por_tipo: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for aviso in Aviso.objects.filter(lote=mensagem.lote, urgente=False).order_by("id"):
        por_tipo[aviso.tipo].append(aviso.dados)
    for tipo, dados in por_tipo.items():
        if cancelador := cancelador_de(tipo):
            cancelador(mensagem.pessoa_id, dados)
    return True
