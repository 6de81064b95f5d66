"""Os modelos do atendimento."""

from pen.atendimento.models.anexo import Anexo
from pen.atendimento.models.automacao import Disparo, Gatilho, Macro
from pen.atendimento.models.avaliacao import Avaliacao
from pen.atendimento.models.catalogo import Formulario, TipoDeSuporte
from pen.atendimento.models.chamado import Chamado, ContadorDeProtocolo, Passagem, PassoDoChamado, Seguidor
from pen.atendimento.models.correio import CorreioRecebido, EnderecoDeResposta
from pen.atendimento.models.equipes import Equipe, Integrante
from pen.atendimento.models.expediente import DiaSemExpediente, Periodo, PoliticaDeSilencio
from pen.atendimento.models.fila import FiltroGuardado, Presenca
from pen.atendimento.models.guarda import RodadaDeGuarda
from pen.atendimento.models.importacao import ChamadoImportado
from pen.atendimento.models.manifestacao import Manifestacao
from pen.atendimento.models.metas import Meta
from pen.atendimento.models.rascunho import Rascunho
from pen.atendimento.models.texto import TextoDoChamado
from pen.atendimento.models.webhooks import Entrega, Inscricao

__all__ = [
    "Anexo",
    "Avaliacao",
    "Chamado",
    "ChamadoImportado",
    "ContadorDeProtocolo",
    "CorreioRecebido",
    "DiaSemExpediente",
    "Disparo",
    "EnderecoDeResposta",
    "Entrega",
    "Equipe",
    "FiltroGuardado",
    "Formulario",
    "Gatilho",
    "Inscricao",
    "Integrante",
    "Macro",
    "Manifestacao",
    "Meta",
    "Passagem",
    "PassoDoChamado",
    "Periodo",
    "PoliticaDeSilencio",
    "Presenca",
    "Rascunho",
    "RodadaDeGuarda",
    "Seguidor",
    "TextoDoChamado",
    "TipoDeSuporte",
]
