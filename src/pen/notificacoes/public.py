"""A porta das notificações para os outros contextos."""

from pen.notificacoes.enums import CanalDeAviso, Frequencia, SituacaoDaMensagem
from pen.notificacoes.models import Mensagem, Preferencias
from pen.notificacoes.selectors.mensagens import mensagens_da_pessoa
from pen.notificacoes.selectors.preferencias import endereco_recusado_de, preferencias_de
from pen.notificacoes.selectors.totais import totais_de_mensagens
from pen.notificacoes.services.avisos import avisar
from pen.notificacoes.services.devolucao import receber_devolucao
from pen.notificacoes.services.envio import enviar_avisos
from pen.notificacoes.services.guarda import dados_da_pessoa, excluir_dados_da_pessoa
from pen.notificacoes.services.preferencias import alterar_preferencias, pausar_avisos, retomar_avisos
from pen.notificacoes.services.redacao import registrar_cancelador, registrar_redator
from pen.notificacoes.values import AvisoARedigir, AvisoNovo, Trecho

__all__ = [
    "AvisoARedigir",
    "AvisoNovo",
    "CanalDeAviso",
    "Frequencia",
    "Mensagem",
    "Preferencias",
    "SituacaoDaMensagem",
    "Trecho",
    "alterar_preferencias",
    "avisar",
    "dados_da_pessoa",
    "endereco_recusado_de",
    "enviar_avisos",
    "excluir_dados_da_pessoa",
    "mensagens_da_pessoa",
    "pausar_avisos",
    "preferencias_de",
    "receber_devolucao",
    "registrar_cancelador",
    "registrar_redator",
    "retomar_avisos",
    "totais_de_mensagens",
]
