"""Os modelos do assistente."""

from pen.assistente.models.conversa import Conversa, Fala

__all__ = ["Conversa", "Fala"]
