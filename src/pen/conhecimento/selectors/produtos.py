"""Os produtos do PEN."""

from pen.comum.orm_preparado import LeituraPronta
from pen.conhecimento.enums import EsferaDeAtendimento
from pen.conhecimento.errors import ProdutoNaoEncontrado
from pen.conhecimento.models import Produto

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
