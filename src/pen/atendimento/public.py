"""A porta do atendimento para quem está acima."""

from pen.atendimento.antivirus import versao_do_antivirus
from pen.atendimento.errors import AntivirusSemResposta
from pen.atendimento.services.carga import carregar_atendimento
from pen.atendimento.services.exemplo import cadastrar_exemplo
from pen.atendimento.services.volume import inventar_chamados

__all__ = [
    "AntivirusSemResposta",
    "cadastrar_exemplo",
    "carregar_atendimento",
    "inventar_chamados",
    "versao_do_antivirus",
]
