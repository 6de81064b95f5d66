"""A sessão que o emissor guarda no navegador, como a do gov.br."""

import pytest
from django.core import signing
from django.test import Client

from pen.govbr_de_teste.interfaces.web.sessao import COOKIE, SAL
from pen.govbr_de_teste.services.codigos import resgatar_codigo
from tests.govbr_de_teste.apoio import BASE, OURO, PRATA, SAIDA, ClienteGovbr, volta


def sair(govbr, endereco=SAIDA):
    return govbr.navegador.get(f"{BASE}logout", {"post_logout_redirect_uri": endereco})


def test_quem_ja_escolheu_volta_com_codigo_sem_ver_a_pagina(govbr):
    govbr.escolher(OURO)

    parametros = volta(govbr.abrir(state="estado-2", nonce="nonce-2"))

    assert set(parametros) == {"code", "state"} and parametros["state"] == "estado-2"
    claims = govbr.ler(govbr.trocar(parametros["code"]).json()["id_token"])
    assert (claims["sub"], claims["nonce"]) == (OURO, "nonce-2")


def test_auth_time_e_quando_a_conta_foi_escolhida(govbr):
    assinada = signing.loads(govbr.escolher().cookies[COOKIE].value, salt=SAL)
    govbr.navegador.cookies[COOKIE] = signing.dumps(assinada | {"autenticada_em": 1_700_000_000}, salt=SAL)

    assert resgatar_codigo(volta(govbr.abrir())["code"]).autenticada_em == 1_700_000_000


def test_conta_inventada_na_hora_tambem_fica(govbr):
    govbr.navegador.post(govbr.pedido(), {"nome": "Ninguém Nenhum", "cpf": "987.654.321-00", "nivel": "prata"})

    assert resgatar_codigo(volta(govbr.abrir())["code"]).conta.nome == "Ninguém Nenhum"


@pytest.mark.parametrize("prompt", ["login", "consent login"])
def test_prompt_login_pergunta_de_novo_e_a_nova_escolha_vale(govbr, prompt):
    govbr.escolher(OURO)
    assert "Conta de teste" in govbr.abrir(prompt=prompt).text

    govbr.escolher(PRATA, prompt=prompt)

    assert resgatar_codigo(volta(govbr.abrir())["code"]).conta.cpf == PRATA


def test_sair_esquece_a_escolha_e_volta_ao_endereco_registrado(govbr):
    govbr.escolher()

    assert sair(govbr)["Location"] == SAIDA

    assert "Conta de teste" in govbr.abrir().text


def test_sair_sem_ter_entrado_so_volta(govbr):
    assert sair(govbr)["Location"] == SAIDA


def test_sair_para_endereco_desconhecido_e_recusado_e_a_sessao_continua(govbr):
    govbr.escolher()

    assert sair(govbr, "https://fora.example/").status_code == 400

    assert "code" in volta(govbr.abrir())


def test_outro_navegador_escolhe_de_novo(govbr):
    govbr.escolher()

    assert "Conta de teste" in ClienteGovbr().abrir().text


def test_desistir_nao_abre_sessao(govbr):
    govbr.navegador.post(govbr.pedido(), {"cancelar": "sim"})

    assert "Conta de teste" in govbr.abrir().text


def test_com_sessao_aberta_o_que_o_govbr_recusa_continua_recusado(govbr):
    govbr.escolher()

    assert govbr.abrir(redirect_uri="https://fora.example/").status_code == 400
    assert volta(govbr.abrir(nonce=None))["error"] == "invalid_request"


@pytest.mark.parametrize(
    "valor",
    ["", "x", "a:b:c", signing.dumps({"conta": {"nome": "Sem CPF"}}, salt=SAL), signing.dumps(1)],
    ids=[
        "vazio",
        "curto",
        "sem-assinatura",
        "de-outra-forma",
        "de-outro-sal",
    ],  # a assinatura traz a hora, e mudaria o nome
)
def test_cookie_adulterado_ou_de_outra_versao_e_como_nenhum(govbr, valor):
    govbr.navegador.cookies[COOKIE] = valor

    assert "Conta de teste" in govbr.abrir().text


@pytest.mark.parametrize("emissor, seguro", [("http://testserver", ""), ("https://testserver", True)])
def test_o_cookie_e_so_das_paginas_do_emissor_e_o_script_nao_o_le(govbr, settings, emissor, seguro):
    settings.GOVBR_EMISSOR = f"{emissor}{BASE}"

    cookie = govbr.escolher().cookies[COOKIE]

    assert (cookie["path"], cookie["httponly"], cookie["samesite"], cookie["secure"]) == (BASE, True, "Lax", seguro)
    assert cookie["max-age"] == "" and PRATA not in cookie.value
    assert sair(govbr).cookies[COOKIE]["path"] == BASE


def test_formulario_de_outro_site_nao_abre_sessao(govbr):
    navegador = Client(enforce_csrf_checks=True)

    assert COOKIE not in navegador.post(govbr.pedido(), {"pessoa": PRATA}).cookies
