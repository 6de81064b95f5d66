"""Os recibos de um órgão: só ele os lê."""

import uuid

from django.db.models import QuerySet

from pen.comum.marcadores import pagina_por_chegada
from pen.identidade.public import SistemaAutenticado
from pen.protocolo_integrado.errors import RemessaNaoEncontrada
from pen.protocolo_integrado.models import Recusa, Remessa

POR_PAGINA = 50


def remessas_do_orgao(*, por: SistemaAutenticado, depois_de: str = "") -> tuple[list[Remessa], str]:
    """As remessas do órgão, da mais nova à mais antiga, 50 por página, e o marcador da página seguinte (ou vazio)."""
    return pagina_por_chegada(_do_orgao(por), depois_de=depois_de, por_pagina=POR_PAGINA)


def consultar_remessa(remessa_id: uuid.UUID, *, por: SistemaAutenticado) -> tuple[Remessa, list[Recusa]]:
    """O recibo e as recusas, na ordem dos documentos.

    Levanta:
        RemessaNaoEncontrada: não existe, ou é de outro órgão; as duas respostas são iguais.
    """
    remessa = _do_orgao(por).filter(pk=remessa_id).first()
    if remessa is None:
        raise RemessaNaoEncontrada("Este órgão não tem essa remessa.")
    return remessa, list(Recusa.objects.filter(remessa=remessa).order_by("posicao"))


def _do_orgao(por: SistemaAutenticado) -> QuerySet[Remessa]:
    return Remessa.objects.filter(orgao_id=por.orgao_id)
