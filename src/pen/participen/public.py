"""A porta do fórum para quem está acima."""

from pen.participen.enums import EspecieDeTopico
from pen.participen.services.carga import carregar_forum
from pen.participen.services.exemplo import cadastrar_exemplo
from pen.participen.values.leituras import Autor, TopicoNaLista

__all__ = [
    "Autor",
    "EspecieDeTopico",
    "TopicoNaLista",
    "cadastrar_exemplo",
    "carregar_forum",
]
