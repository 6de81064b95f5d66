"""A porta do Protocolo Integrado para quem está acima."""

from pen.protocolo_integrado.services.consultas import ligar_contador_de_consultas
from pen.protocolo_integrado.values import DocumentoRecebido, MovimentoRecebido

__all__ = ["DocumentoRecebido", "MovimentoRecebido", "ligar_contador_de_consultas"]
