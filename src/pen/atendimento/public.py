"""A porta do atendimento para quem está acima."""

from pen.atendimento.services.carga import carregar_atendimento

__all__ = ["carregar_atendimento"]
