"""A porta das notificações para os outros contextos."""

from pen.notificacoes.canais.correio import DE_PROGRAMA, Correio, message_id
from pen.notificacoes.enums import CanalDeAviso, Desfecho, Ritmo
from pen.notificacoes.selectors.entregas import entregas_dos_avisos
from pen.notificacoes.selectors.preferencias import recusas_dos_emails
from pen.notificacoes.selectors.totais import totais_de_mensagens
from pen.notificacoes.services.avisos import avisar
from pen.notificacoes.services.devolucao import ler_devolucao
from pen.notificacoes.services.envio import contar_envio, enviar_avisos
from pen.notificacoes.services.redacao import registrar_cancelador, registrar_redator
from pen.notificacoes.values import (
    DESISTENCIA,
    ESPERA_MINIMA,
    AvisoARedigir,
    AvisoNovo,
    Resultado,
    Trecho,
    endereco_completo,
    espera_da_tentativa,
)

__all__ = [
    "DESISTENCIA",
    "DE_PROGRAMA",
    "ESPERA_MINIMA",
    "AvisoARedigir",
    "AvisoNovo",
    "CanalDeAviso",
    "Correio",
    "Desfecho",
    "Resultado",
    "Ritmo",
    "Trecho",
    "avisar",
    "contar_envio",
    "endereco_completo",
    "entregas_dos_avisos",
    "enviar_avisos",
    "espera_da_tentativa",
    "ler_devolucao",
    "message_id",
    "recusas_dos_emails",
    "registrar_cancelador",
    "registrar_redator",
    "totais_de_mensagens",
]
