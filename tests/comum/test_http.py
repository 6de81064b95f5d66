"""De onde vem o pedido, e quanto dele se lê."""

import io

import pytest
from django.test import RequestFactory

from pen.comum.http import CorpoGrandeDemais, ler_corpo, origem_do_pedido


@pytest.mark.parametrize(
    ("remoto", "encaminhado", "origem"),
    [
        ("200.1.1.1", "9.9.9.9", "200.1.1.1"),  # quem não é proxy nosso não diz de onde vem
        ("10.0.0.1", "9.9.9.9", "9.9.9.9"),
        ("10.0.0.1", "1.1.1.1, 9.9.9.9, 10.0.0.2", "9.9.9.9"),
        ("10.0.0.1", "lixo", "10.0.0.1"),
        ("10.0.0.1", "", "10.0.0.1"),
    ],
)
def test_origem_so_confia_nos_proxies_configurados(settings, remoto, encaminhado, origem):
    settings.PROXIES_CONFIAVEIS = ["10.0.0.1", "10.0.0.2"]
    pedido = RequestFactory().get("/", REMOTE_ADDR=remoto, headers={"X-Forwarded-For": encaminhado})

    assert origem_do_pedido(pedido) == origem


def pedido(corpo: bytes, declarado: str):
    return RequestFactory().generic("POST", "/", **{"wsgi.input": io.BytesIO(corpo), "CONTENT_LENGTH": declarado})


@pytest.mark.parametrize("declarado", ["200000", ""])
def test_corpo_e_lido_com_e_sem_tamanho_declarado_ate_o_limite(declarado):
    corpo = b"x" * 200_000

    assert ler_corpo(pedido(corpo, declarado), 200_000) == corpo
    with pytest.raises(CorpoGrandeDemais):
        ler_corpo(pedido(corpo, declarado), 199_999)
