"""Os modelos do conhecimento."""

from pen.conhecimento.models.artigo import Artigo, Opiniao, VersaoDoArtigo
from pen.conhecimento.models.imagem import ImagemDoArtigo
from pen.conhecimento.models.indice import (
    Grafia,
    Palavra,
    Sinonimos,
    Termo,
    TermoAprendido,
    TermoDoArtigo,
    TermoDoTrecho,
    Trecho,
)
from pen.conhecimento.models.produto import Produto

__all__ = [
    "Artigo",
    "Grafia",
    "ImagemDoArtigo",
    "Opiniao",
    "Palavra",
    "Produto",
    "Sinonimos",
    "Termo",
    "TermoAprendido",
    "TermoDoArtigo",
    "TermoDoTrecho",
    "Trecho",
    "VersaoDoArtigo",
]
