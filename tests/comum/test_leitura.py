"""De onde se lê, e o que se diz ao navegador de quem gravou. Com dois servidores de verdade: tests/sistema/test_replica.py."""

import pytest
from django.contrib.sessions.models import Session
from django.db import OperationalError, connection
from django.http import HttpResponse

from pen.comum import leitura
from pen.comum.leitura import COOKIE, MiddlewareDeLeitura, Roteador, conexao_de_leitura, le_da_replica
from pen.comum.postgresql.base import Disjuntor
from pen.protocolo_integrado.models import Registro


@pytest.fixture
def na_replica(monkeypatch):
    """Como dentro de uma página marcada, sem transação aberta."""
    monkeypatch.setattr(leitura, "connections", {"default": Conexao("default"), "leitura": Conexao("leitura")})
    with leitura._lendo("leitura"):
        yield


class Conexao:
    in_atomic_block = False

    def __init__(self, alias):
        self.alias = alias


@pytest.fixture
def principal(monkeypatch):
    disjuntor = Disjuntor("default")
    monkeypatch.setattr(leitura, "disjuntor", lambda alias: disjuntor)
    return disjuntor


def test_fora_de_uma_pagina_marcada_le_se_do_principal():
    assert Roteador().db_for_read(Registro) == "default"


def test_na_pagina_marcada_le_se_da_replica_e_grava_se_no_principal(na_replica, principal):
    assert conexao_de_leitura().alias == Roteador().db_for_read(Registro) == "leitura"
    assert Roteador().db_for_write(Registro) == "default"


def test_sessao_so_vem_da_replica_com_o_principal_fora(na_replica, principal):
    assert Roteador().db_for_read(Session) == "default"

    principal.abrir(OperationalError())

    assert Roteador().db_for_read(Session) == "leitura"


@pytest.mark.django_db
def test_dentro_de_uma_transacao_do_principal_le_se_dele():
    with leitura._lendo("leitura"):
        assert conexao_de_leitura() is connection._connections["default"]


def test_sem_replica_a_marca_nao_faz_nada(rf):
    assert le_da_replica(lambda request: request.path)(rf.get("/x")) == "/x"


@pytest.fixture
def responder(monkeypatch, rf):
    monkeypatch.setattr(leitura, "_posicao_do_principal", lambda: 0xABC)

    def pedir(metodo, *, cookies=True, situacao=200, view=lambda request: None):
        request = rf.generic(metodo, "/x")
        request.COOKIES = {"csrftoken": "x"} if cookies else {}

        def seguinte(pedido):
            view(pedido)
            return HttpResponse(status=situacao)

        return MiddlewareDeLeitura(seguinte)(request).cookies.get(COOKIE)

    return pedir


def test_quem_gravou_leva_a_posicao_do_banco_e_nada_mais(responder, settings):
    settings.SESSION_COOKIE_SECURE = True

    cookie = responder("POST")

    assert cookie.value == "abc"
    assert cookie["httponly"] and cookie["secure"] and cookie["samesite"] == "Lax" and cookie["max-age"] == 300


def test_get_que_grava_tambem_leva(responder):
    assert responder("GET") is None
    assert responder("GET", view=lambda request: Roteador().db_for_write(Session)) is not None


@pytest.mark.parametrize(
    "pedido",
    [{"cookies": False}, {"situacao": 503}, {"view": lambda request: setattr(request, "so_leu", True)}],
    ids=["sistema, sem cookie nenhum", "não gravou", "busca por POST, que só lê"],
)
def test_quem_nao_gravou_ou_nao_e_um_navegador_nao_leva(responder, pedido):
    assert responder("POST", **pedido) is None


@pytest.mark.parametrize("valor, posicao", [("", 0), ("abc", 0xABC), ("-1", -1), ("zz", 0), ("f" * 400, 2**64 - 1)])
def test_cookie_forjado_so_muda_de_onde_se_le(rf, valor, posicao):
    request = rf.get("/x")
    request.COOKIES[COOKIE] = valor

    assert leitura._posicao_pedida(request) == posicao
