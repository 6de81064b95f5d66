"""Os produtos do PEN."""

from pen.conhecimento.errors import ProdutoNaoEncontrado
from pen.conhecimento.models import Produto


def produtos_do_catalogo() -> list[Produto]:
    """Todos, também os retirados, em ordem."""
    return list(Produto.objects.all())


def consultar_produto(codigo: str) -> Produto:
    """O produto do código.

    Levanta:
        ProdutoNaoEncontrado: não existe.
    """
    produto = Produto.objects.filter(codigo=codigo).first()
    if produto is None:
        raise ProdutoNaoEncontrado("Não há produto com este código.")
    return produto
