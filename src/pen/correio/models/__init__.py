"""Os modelos do correio."""

from pen.correio.models.caixa import Caixa, Caso, Expressao
from pen.correio.models.comunicado import Comunicado
from pen.correio.models.conversa import Conversa, Envio, Item, Recebimento

__all__ = ["Caixa", "Caso", "Comunicado", "Conversa", "Envio", "Expressao", "Item", "Recebimento"]
