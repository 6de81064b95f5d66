"""Os textos de movimento que os órgãos decidiram não mostrar."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet

from pen.comum.texto import sem_acentos
from pen.identidade.public import Ator, gere_o_orgao
from pen.protocolo_integrado.models import Retencao


@dataclass(frozen=True, slots=True)
class Retidos:
    """O que está retido em alguns processos."""

    trechos: dict[int, list[str]] = field(default_factory=dict)
    movimentos: set[tuple[str, int, uuid.UUID]] = field(default_factory=set)

    def retem(self, andamento: Any) -> bool:
        """Se o texto deste movimento (do modelo, ou lido à mão) não deve aparecer."""
        if (andamento.numero, andamento.orgao_id, andamento.chave) in self.movimentos:
            return True
        trechos = self.trechos.get(andamento.orgao_id)
        if not trechos:
            return False
        texto = sem_acentos(andamento.operacao)
        return any(trecho in texto for trecho in trechos)


def retidos_nos_processos(numeros: Collection[str], orgaos: Collection[int]) -> Retidos:
    """O que está retido agora nestes números, destes órgãos."""
    if not numeros:
        return Retidos()
    vigentes = Retencao.objects.filter(Q(numero="") | Q(numero__in=numeros), orgao_id__in=orgaos, encerrada_em=None)
    retidos = Retidos()
    for orgao_id, trecho, numero, chave in vigentes.values_list("orgao_id", "trecho", "numero", "chave"):
        if trecho:
            retidos.trechos.setdefault(orgao_id, []).append(trecho)
        elif chave is not None:
            retidos.movimentos.add((numero, orgao_id, chave))
    return retidos


def retencoes_do_orgao(orgao_id: int, *, para: Ator) -> QuerySet[Retencao]:
    """As retenções em vigor do órgão, para quem o gere; para os outros, nenhuma."""
    vigentes = Retencao.objects.filter(orgao_id=orgao_id, encerrada_em=None)
    return (vigentes if gere_o_orgao(para, orgao_id) else vigentes.none()).order_by("-criada_em")
