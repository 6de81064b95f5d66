"""A porta do atendimento para quem está acima."""

from pen.atendimento.services.carga import carregar_atendimento
from pen.atendimento.services.exemplo import cadastrar_exemplo
from pen.atendimento.services.volume import inventar_chamados

__all__ = ["cadastrar_exemplo", "carregar_atendimento", "inventar_chamados"]
