"""Os produtos do PEN."""

from pen.comum.orm_preparado import LeituraPronta
from pen.comum.portugues import palavras
from pen.comum.texto import sem_acentos
from pen.conhecimento.enums import EsferaDeAtendimento
from pen.conhecimento.errors import ProdutoNaoEncontrado
from pen.conhecimento.models import Produto

# Palavras do nome que dizem de que espécie é o produto, e não qual: «portal», «módulo» e «API» do mesmo produto se confundem.
_DA_ESPECIE = frozenset({"api", "modulo", "portal", "do", "da", "de", "e", "gov", "br", "com"})
_TODOS = LeituraPronta(Produto.objects.all)


def produtos_do_catalogo() -> list[Produto]:
    """Todos, também os retirados, em ordem."""
    return _TODOS.ler()


def produtos_oferecidos(esfera: EsferaDeAtendimento | None = None) -> list[Produto]:
    """Os que não se retiraram, em ordem; com ``esfera``, só os que se oferecem a ela."""
    produtos = Produto.objects.filter(retirado_em=None)
    return list(produtos if esfera is None else produtos.filter(esferas__contains=[esfera]))


def consultar_produto(codigo: str) -> Produto:
    """O produto do código.

    Levanta:
        ProdutoNaoEncontrado: não existe.
    """
    produto = Produto.objects.filter(codigo=codigo).first()
    if produto is None:
        raise ProdutoNaoEncontrado("Não há produto com este código.")
    return produto


def produtos_citados(texto: str) -> list[Produto]:
    """Os produtos cujo nome está no texto; de dois que se confundem, o que se disse por inteiro."""
    ditas = {sem_acentos(p) for p in palavras(texto)}
    nomes = {produto: _nome(produto) for produto in produtos_oferecidos()}
    citados = {p: nome for p, nome in nomes.items() if (nucleo := nome - _DA_ESPECIE) and nucleo <= ditas}
    maior = max((len((nome - _DA_ESPECIE) & ditas) for nome in citados.values()), default=0)
    citados = {p: nome for p, nome in citados.items() if len((nome - _DA_ESPECIE) & ditas) == maior}
    inteiros = [p for p, nome in citados.items() if nome & _DA_ESPECIE & {"api", "modulo", "portal"} & ditas]
    return inteiros or list(citados)


def _nome(produto: Produto) -> frozenset[str]:
    return frozenset(sem_acentos(palavra) for palavra in palavras(produto.nome))
