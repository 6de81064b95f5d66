"""A porta do Protocolo Integrado para quem está acima."""

from pen.protocolo_integrado.errors import ProcessoNaoEncontrado
from pen.protocolo_integrado.selectors.processos import consultar_processo, consultar_processos, ultimos_andamentos
from pen.protocolo_integrado.services.consultas import ligar_contador_de_consultas
from pen.protocolo_integrado.values import AndamentoVisto, DocumentoRecebido, MovimentoRecebido, ProcessoVisto

__all__ = [
    "AndamentoVisto",
    "DocumentoRecebido",
    "MovimentoRecebido",
    "ProcessoNaoEncontrado",
    "ProcessoVisto",
    "consultar_processo",
    "consultar_processos",
    "ligar_contador_de_consultas",
    "ultimos_andamentos",
]
