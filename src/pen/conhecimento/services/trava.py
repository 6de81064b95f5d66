"""A trava de quem muda um artigo: o texto, a situação ou as imagens dele."""

from pen.conhecimento.errors import ArtigoNaoEncontrado
from pen.conhecimento.models import Artigo


def travar_artigo(codigo: str) -> Artigo:
    """O artigo do código, que ninguém mais muda até o fim da transação.

    Levanta:
        ArtigoNaoEncontrado: não existe.
    """
    artigo = Artigo.objects.select_for_update().filter(codigo=codigo).first()
    if artigo is None:
        raise ArtigoNaoEncontrado("Não há artigo neste endereço.")
    return artigo
