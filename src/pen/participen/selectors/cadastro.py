"""As categorias e as etiquetas."""

from collections import defaultdict

from django.db.models import Count, Q, QuerySet

from pen.participen.enums import SituacaoDaPublicacao
from pen.participen.errors import CategoriaNaoEncontrada, EtiquetaNaoEncontrada
from pen.participen.models import Categoria, Etiqueta, GrupoDeEtiquetas, Topico


def categorias_ativas() -> QuerySet[Categoria]:
    """As que recebem tópicos, na ordem."""
    return Categoria.objects.filter(ativa=True)


def categorias_do_produto(produto_id: int) -> list[int]:
    """As chaves das do produto e das que não são de nenhum, ativas ou não."""
    return list(Categoria.objects.filter(Q(produto=produto_id) | Q(produto=None)).values_list("pk", flat=True))


def categorias_com_contagem() -> list[tuple[Categoria, int]]:
    """As ativas, na ordem, e quantos tópicos à vista cada uma tem."""
    publicados = Topico.objects.filter(situacao=SituacaoDaPublicacao.PUBLICADA).values("categoria")
    contas = dict(publicados.annotate(quantos=Count("pk")).values_list("categoria", "quantos"))
    return [(categoria, contas.get(categoria.pk, 0)) for categoria in categorias_ativas()]


def todas_as_categorias() -> QuerySet[Categoria]:
    """Também as inativas; para o cadastro."""
    return Categoria.objects.select_related("produto")


def consultar_categoria(codigo: str) -> Categoria:
    """A categoria do código, ativa ou não.

    Levanta:
        CategoriaNaoEncontrada: não existe.
    """
    achada = Categoria.objects.filter(codigo=codigo).first()
    if achada is None:
        raise CategoriaNaoEncontrada("Não há categoria neste endereço.")
    return achada


def consultar_etiqueta(codigo: str) -> Etiqueta:
    """A etiqueta do código, ativa ou não.

    Levanta:
        EtiquetaNaoEncontrada: não existe.
    """
    achada = Etiqueta.objects.select_related("grupo").filter(codigo=codigo).first()
    if achada is None:
        raise EtiquetaNaoEncontrada("Não há etiqueta neste endereço.")
    return achada


def etiquetas_por_grupo(*, inativas: bool = False) -> list[tuple[GrupoDeEtiquetas, list[Etiqueta]]]:
    """Os grupos, na ordem, com as etiquetas de cada um; sem ``inativas``, só os grupos que têm ativas."""
    quais = Q() if inativas else Q(ativa=True)
    de_cada: dict[int, list[Etiqueta]] = defaultdict(list)
    for etiqueta in Etiqueta.objects.filter(quais).order_by("nome"):
        de_cada[etiqueta.grupo_id].append(etiqueta)
    return [(grupo, de_cada[grupo.pk]) for grupo in GrupoDeEtiquetas.objects.all() if inativas or de_cada[grupo.pk]]
