"""Os modelos do fórum."""

from pen.participen.models.cadastro import Categoria, Etiqueta, GrupoDeEtiquetas
from pen.participen.models.conduta import Aceite, Participante, PoliticaDeModeracao, RegrasDeConvivencia
from pen.participen.models.moderacao import Decisao, Denuncia, Recurso
from pen.participen.models.seguimento import Seguimento
from pen.participen.models.topico import (
    Ajuda,
    EtiquetaDoTopico,
    Publicacao,
    TextoDoTopico,
    Topico,
    VersaoDaPublicacao,
)

__all__ = [
    "Aceite",
    "Ajuda",
    "Categoria",
    "Decisao",
    "Denuncia",
    "Etiqueta",
    "EtiquetaDoTopico",
    "GrupoDeEtiquetas",
    "Participante",
    "PoliticaDeModeracao",
    "Publicacao",
    "Recurso",
    "RegrasDeConvivencia",
    "Seguimento",
    "TextoDoTopico",
    "Topico",
    "VersaoDaPublicacao",
]
