"""Os modelos do atendimento."""

from pen.atendimento.models.anexo import Anexo
from pen.atendimento.models.avaliacao import Avaliacao
from pen.atendimento.models.catalogo import Formulario, Produto, TipoDeSuporte
from pen.atendimento.models.chamado import Chamado, ContadorDeProtocolo, Passagem, PassoDoChamado, Seguidor
from pen.atendimento.models.correio import CorreioRecebido, EnderecoDeResposta
from pen.atendimento.models.equipes import Equipe, Integrante
from pen.atendimento.models.expediente import DiaSemExpediente, Periodo, PoliticaDeSilencio
from pen.atendimento.models.metas import Meta

__all__ = [
    "Anexo",
    "Avaliacao",
    "Chamado",
    "ContadorDeProtocolo",
    "CorreioRecebido",
    "DiaSemExpediente",
    "EnderecoDeResposta",
    "Equipe",
    "Formulario",
    "Integrante",
    "Meta",
    "Passagem",
    "PassoDoChamado",
    "Periodo",
    "PoliticaDeSilencio",
    "Produto",
    "Seguidor",
    "TipoDeSuporte",
]
