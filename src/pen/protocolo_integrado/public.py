"""A porta do Protocolo Integrado para quem está acima."""

from pen.protocolo_integrado.errors import ProcessoNaoEncontrado
from pen.protocolo_integrado.selectors.processos import andamentos_do_processo, consultar_processo
from pen.protocolo_integrado.services.consultas import ligar_contador_de_consultas
from pen.protocolo_integrado.values import AndamentoVisto, DocumentoRecebido, MovimentoRecebido, ProcessoVisto

__all__ = [
    "AndamentoVisto",
    "DocumentoRecebido",
    "MovimentoRecebido",
    "ProcessoNaoEncontrado",
    "ProcessoVisto",
    "andamentos_do_processo",
    "consultar_processo",
    "ligar_contador_de_consultas",
]
