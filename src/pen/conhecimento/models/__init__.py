"""Os modelos do conhecimento."""

from pen.conhecimento.models.artigo import Artigo, Opiniao, TextoDoArtigo, VersaoDoArtigo
from pen.conhecimento.models.imagem import ImagemDoArtigo
from pen.conhecimento.models.produto import Produto

__all__ = ["Artigo", "ImagemDoArtigo", "Opiniao", "Produto", "TextoDoArtigo", "VersaoDoArtigo"]
