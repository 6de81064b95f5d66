"""As leituras das conversas: só de quem cuida das caixas."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, QuerySet

from pen.comum.errors import conferir
from pen.comum.marcadores import pagina_por_chegada
from pen.correio.enums import Situacao
from pen.correio.errors import ConversaNaoEncontrada
from pen.correio.models import Conversa, Envio, Item
from pen.correio.rules import cuida_das_caixas, exigir_quem_cuida
from pen.identidade.public import Ator, Pessoa

POR_PAGINA, ITENS_NA_PAGINA = 25, 200


@dataclass(frozen=True, slots=True)
class ConversaLida:
    """A conversa, o que aconteceu nela (do mais antigo ao mais novo), e em que pé está cada mensagem que saiu."""

    conversa: Conversa
    itens: Sequence[Item]
    envios: dict[UUID, Envio]


def conversas_visiveis(para: Ator) -> QuerySet[Conversa]:
    """Todas, para quem cuida das caixas; nenhuma, para os outros."""
    return Conversa.objects.all() if cuida_das_caixas(para) else Conversa.objects.none()


def listar_conversas(
    *, para: Ator, caixa: str = "", situacao: str = "", caso_id: int | None = None, por_ler: bool = False,
    minhas: bool = False, depois_de: str = "",
) -> tuple[list[Conversa], str]:  # fmt: skip
    """Uma página, da mais nova à mais antiga, e o marcador da seguinte.

    Levanta:
        CaixaNaoEncontrada: a pessoa não cuida das caixas.
    """
    exigir_quem_cuida(para)
    filtros = {"caixa__codigo": caixa, "situacao": situacao, "caso": caso_id, "por_ler": por_ler}
    conversas = conversas_visiveis(para).filter(**{nome: valor for nome, valor in filtros.items() if valor})
    if not situacao:  # os comunicados a que ninguém respondeu veem-se na página deles
        conversas = conversas.exclude(situacao=Situacao.ENVIADA)
    if minhas and isinstance(para, Pessoa):
        conversas = conversas.filter(cuida=para)
    com_tudo = conversas.select_related("caixa", "caso", "cuida")
    return pagina_por_chegada(com_tudo, depois_de=depois_de, por_pagina=POR_PAGINA)


def contar_conversas(*, para: Ator, caixa: str = "") -> dict[Situacao, int]:
    """Quantas há em cada situação."""
    conversas = conversas_visiveis(para).filter(**({"caixa__codigo": caixa} if caixa else {}))
    contadas = dict(conversas.order_by().values_list("situacao").annotate(Count("pk")))
    return {situacao: contadas.get(situacao.value, 0) for situacao in Situacao}


def consultar_conversa(chave: str, *, para: Ator) -> ConversaLida:
    """A conversa da chave, com os itens mais novos.

    Levanta:
        ConversaNaoEncontrada: não existe, ou a pessoa não cuida das caixas.
    """
    achada = conversas_visiveis(para).filter(chave=chave).select_related("caixa", "caso", "cuida").first()
    if achada is None:
        raise ConversaNaoEncontrada("Não existe nada neste endereço.")
    itens = list(Item.objects.filter(conversa=achada).select_related("por").order_by("-pk")[:ITENS_NA_PAGINA])[::-1]
    return ConversaLida(achada, itens, Envio.objects.in_bulk([item.pk for item in itens]))


def consultar_original(chave: str, item_id: UUID, *, para: Ator) -> Item:
    """A mensagem recebida cujo original se quer.

    Levanta:
        ConversaNaoEncontrada: não existe, já não se guarda, ou a pessoa não cuida das caixas.
    """
    visivel = conversas_visiveis(para).filter(chave=chave)
    item = Item.objects.filter(pk=item_id, conversa__in=visivel).exclude(original="").first()
    conferir(item is not None, ConversaNaoEncontrada("Não existe nada neste endereço."))
    assert item is not None
    return item
