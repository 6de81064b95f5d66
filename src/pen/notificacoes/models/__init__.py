"""Tabelas das notificações."""

from pen.notificacoes.models.aviso import Aviso, Mensagem
from pen.notificacoes.models.preferencias import EnderecoRecusado, InscricaoPush, Preferencias

__all__ = ["Aviso", "EnderecoRecusado", "InscricaoPush", "Mensagem", "Preferencias"]
