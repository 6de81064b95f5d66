"""A porta do correio para quem está acima."""

from pen.correio.services.balcao import registrar_balcao
from pen.correio.services.carga import carregar_caixas
from pen.correio.services.envio import enviar_das_caixas
from pen.correio.services.exemplo import cadastrar_exemplo
from pen.correio.values.balcao import Balcao, Caminho

__all__ = ["Balcao", "Caminho", "cadastrar_exemplo", "carregar_caixas", "enviar_das_caixas", "registrar_balcao"]
