"""As leituras de artigos. Todas começam em ``artigos_visiveis``: o que não está publicado, ou não é para a pessoa, não existe."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from pen.comum.errors import conferir
from pen.conhecimento.enums import Especie, SituacaoDaVersao
from pen.conhecimento.errors import ArtigoNaoEncontrado
from pen.conhecimento.models import Artigo, Produto, VersaoDoArtigo
from pen.conhecimento.rules import escreve, le_internos
from pen.identidade.public import Ator


@dataclass(frozen=True, slots=True)
class ArtigoPublicado:
    """Um artigo e a versão dele que se lê."""

    artigo: Artigo
    versao: VersaoDoArtigo


def artigos_visiveis(para: Ator) -> QuerySet[Artigo]:
    """Os publicados e não retirados que a pessoa lê."""
    publicados = VersaoDoArtigo.objects.filter(situacao=SituacaoDaVersao.PUBLICADA).values("artigo")
    artigos = Artigo.objects.filter(pk__in=publicados, retirado_em=None)
    return artigos if le_internos(para) else artigos.filter(interno=False)


def consultar_artigo(codigo: str, *, para: Ator) -> ArtigoPublicado:
    """O artigo publicado do código.

    Levanta:
        ArtigoNaoEncontrado: não existe, não está publicado, ou não é para quem pede.
    """
    achados = publicados_de(artigos_visiveis(para).filter(codigo=codigo))
    conferir(bool(achados), ArtigoNaoEncontrado("Não há artigo neste endereço."))
    return achados[0]


def codigo_da_origem(origem: str) -> str | None:
    """O código do artigo que veio dali, publicado ou não; nulo, se não há. Para quem está acima e já conferiu quem pede."""
    return Artigo.objects.filter(origem=origem).values_list("codigo", flat=True).first()


def publicados_de(artigos: QuerySet[Artigo]) -> list[ArtigoPublicado]:
    """Cada artigo com a versão publicada, na ordem da consulta."""
    lidos = list(artigos.select_related("produto"))
    versoes = VersaoDoArtigo.objects.filter(artigo__in=lidos, situacao=SituacaoDaVersao.PUBLICADA)
    de_cada = {v.artigo_id: v for v in versoes}
    return [ArtigoPublicado(artigo, de_cada[artigo.pk]) for artigo in lidos]


def versoes_publicadas(*, internos: bool) -> QuerySet[VersaoDoArtigo]:
    """As que se leem, com o artigo e o produto, pelo código; para quem cuida da instalação, que diz se também as internas."""
    versoes = VersaoDoArtigo.objects.filter(situacao=SituacaoDaVersao.PUBLICADA, artigo__retirado_em=None)
    do_publico = versoes if internos else versoes.filter(artigo__interno=False)
    return do_publico.select_related("artigo__produto").order_by("artigo__codigo")


def artigos_do_produto(produto: Produto, *, para: Ator) -> list[ArtigoPublicado]:
    """Os do produto, por espécie e título."""
    achados = publicados_de(artigos_visiveis(para).filter(produto=produto))
    ordem = list(Especie)
    return sorted(achados, key=lambda a: (ordem.index(Especie(a.artigo.especie)), a.versao.titulo.casefold()))


def produtos_com_artigos(*, para: Ator) -> list[tuple[Produto, int]]:
    """Os produtos e quantos artigos cada um tem, na ordem do catálogo; só os que têm."""
    com_produto = artigos_visiveis(para).exclude(produto=None)
    contas = dict(com_produto.values("produto").annotate(quantos=Count("pk")).values_list("produto", "quantos"))
    return [(produto, contas[produto.pk]) for produto in Produto.objects.filter(pk__in=contas)]


def roteiros_publicados(*, para: Ator) -> list[ArtigoPublicado]:
    """Todos os roteiros que a pessoa lê, por título."""
    achados = publicados_de(artigos_visiveis(para).filter(especie=Especie.ROTEIRO))
    return sorted(achados, key=lambda a: a.versao.titulo.casefold())


def versoes_a_publicar(*, para: Ator) -> list[VersaoDoArtigo]:
    """Os rascunhos e o que espera revisão, com o artigo e quem escreveu; o que espera há mais tempo primeiro.

    Levanta:
        ArtigoNaoEncontrado: ``para`` não escreve, e para ele isto não existe.
    """
    _conferir(para)
    abertas = VersaoDoArtigo.objects.filter(situacao__in=[SituacaoDaVersao.EM_REVISAO, SituacaoDaVersao.RASCUNHO])
    return list(abertas.select_related("artigo__produto", "autor").order_by("situacao", "alterada_em"))


def artigos_vencidos(*, para: Ator, hoje: date) -> list[ArtigoPublicado]:
    """Os publicados que passaram do dia até o qual valem; o mais velho primeiro.

    Levanta:
        ArtigoNaoEncontrado: ``para`` não escreve, e para ele isto não existe.
    """
    _conferir(para)
    vencidas = VersaoDoArtigo.objects.filter(situacao=SituacaoDaVersao.PUBLICADA, vale_ate__lt=hoje).values("artigo")
    achados = publicados_de(artigos_visiveis(para).filter(pk__in=vencidas))
    return sorted(achados, key=lambda a: a.versao.vale_ate or hoje)


def consultar_redacao(codigo: str, *, para: Ator) -> tuple[Artigo, list[VersaoDoArtigo]]:
    """O artigo e todas as versões, da mais nova à mais antiga, para quem escreve.

    Levanta:
        ArtigoNaoEncontrado: não existe, ou ``para`` não escreve.
    """
    _conferir(para)
    artigo = Artigo.objects.select_related("produto").filter(codigo=codigo).first()
    if artigo is None:
        raise ArtigoNaoEncontrado("Não há artigo neste endereço.")
    versoes = VersaoDoArtigo.objects.filter(artigo=artigo).select_related("autor", "revisor").order_by("-numero")
    return artigo, list(versoes)


def _conferir(para: Ator) -> None:
    conferir(escreve(para), ArtigoNaoEncontrado("Não existe nada neste endereço."))


def limitar_artigos(artigos: QuerySet[Artigo], produto_id: int | None, especies: Sequence[Especie]) -> QuerySet[Artigo]:
    """Os do produto e os que não são de nenhum; das espécies, se se dizem."""
    if produto_id is not None:
        artigos = artigos.filter(Q(produto=produto_id) | Q(produto=None))
    return artigos.filter(especie__in=especies) if especies else artigos
