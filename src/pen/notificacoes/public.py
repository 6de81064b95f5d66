"""A porta das notificações para os outros contextos."""

from pen.notificacoes.enums import Ritmo
from pen.notificacoes.selectors.entregas import entregas_dos_avisos
from pen.notificacoes.selectors.preferencias import recusas_dos_emails
from pen.notificacoes.selectors.totais import totais_de_mensagens
from pen.notificacoes.services.avisos import avisar
from pen.notificacoes.services.envio import enviar_avisos
from pen.notificacoes.services.redacao import registrar_cancelador, registrar_redator
from pen.notificacoes.values import AvisoARedigir, AvisoNovo, Trecho, endereco_completo

__all__ = [
    "AvisoARedigir",
    "AvisoNovo",
    "Ritmo",
    "Trecho",
    "avisar",
    "endereco_completo",
    "entregas_dos_avisos",
    "enviar_avisos",
    "recusas_dos_emails",
    "registrar_cancelador",
    "registrar_redator",
    "totais_de_mensagens",
]
