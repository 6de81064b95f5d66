"""Tabelas do CNUP (quem pode numerar, e os pedidos) e da numeração (o que saiu, e para onde foi)."""

from pen.nup.models.cadastro import GestorDeUp, Participacao, Unidade, Versao
from pen.nup.models.lote import ConferenciaEmLote
from pen.nup.models.numeracao import Contador, DestinoDoNumero, Reserva
from pen.nup.models.pedido import Anexo, PassoDoPedido, Pedido

__all__ = [
    "Anexo",
    "ConferenciaEmLote",
    "Contador",
    "DestinoDoNumero",
    "GestorDeUp",
    "Participacao",
    "PassoDoPedido",
    "Pedido",
    "Reserva",
    "Unidade",
    "Versao",
]
