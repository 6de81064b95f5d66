"""O que se achou dos artigos, para quem escreve."""

from typing import NamedTuple

from django.db.models import Count, Q

from pen.comum.errors import conferir
from pen.conhecimento.enums import SituacaoDaVersao
from pen.conhecimento.errors import ArtigoNaoEncontrado
from pen.conhecimento.models import Opiniao, VersaoDoArtigo
from pen.conhecimento.rules import escreve
from pen.identidade.public import Ator

QUANTOS = 50


class Balanco(NamedTuple):
    """De uma versão publicada, quantos disseram que ajudou e que não."""

    versao: VersaoDoArtigo
    ajudou: int
    nao_ajudou: int


def balanco_das_opinioes(*, para: Ator) -> list[Balanco]:
    """As versões publicadas com opinião, das que menos ajudam às que mais; até cinquenta.

    Levanta:
        ArtigoNaoEncontrado: ``para`` não escreve, e para ele isto não existe.
    """
    conferir(escreve(para), ArtigoNaoEncontrado("Não existe nada neste endereço."))
    contas = Opiniao.objects.filter(versao__situacao=SituacaoDaVersao.PUBLICADA).values("versao").annotate(
        sim=Count("pk", filter=Q(ajudou=True)), nao=Count("pk", filter=Q(ajudou=False))
    )  # fmt: skip
    lidas = list(contas.order_by("-nao", "sim")[:QUANTOS])
    versoes = VersaoDoArtigo.objects.select_related("artigo").in_bulk([c["versao"] for c in lidas])
    return [Balanco(versoes[c["versao"]], c["sim"], c["nao"]) for c in lidas]
