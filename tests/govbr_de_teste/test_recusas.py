"""O que o gov.br recusa, recusado aqui."""

import os
import time
from urllib.parse import urlencode

import pytest

from tests.govbr_de_teste.apoio import BASE, EMISSOR, OURO, PRATA, RETORNO, SAIDA, basic, desafio, erro_de, volta


@pytest.mark.parametrize("nome", ["response_type", "scope", "state", "nonce", "code_challenge", "code_challenge_method"])
@pytest.mark.parametrize("valor", [None, ""])
def test_pedido_sem_um_parametro_obrigatorio_volta_com_invalid_request(govbr, nome, valor):
    parametros = volta(govbr.abrir(**{nome: valor}))

    assert parametros["error"] == "invalid_request" and nome in parametros["error_description"]
    assert parametros.get("state") == (None if nome == "state" else "estado-1")


@pytest.mark.parametrize(
    "mudanca, erro",
    [
        ({"response_type": "token"}, "unsupported_response_type"), ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": "curto"}, "invalid_request"), ({"code_challenge": desafio() + "="}, "invalid_request"),
        ({"scope": "email profile"}, "invalid_scope"), ({"scope": "openid tudo"}, "invalid_scope"),
    ],
)  # fmt: skip
def test_pedido_com_valor_que_nao_serve_volta_com_o_erro(govbr, mudanca, erro):
    assert volta(govbr.abrir(**mudanca))["error"] == erro
    assert "code" not in volta(govbr.escolher(**mudanca))  # nem enviando o formulário direto


@pytest.mark.parametrize(
    "mudanca",
    [
        {"redirect_uri": None}, {"redirect_uri": "https://malfeitor.example/"}, {"redirect_uri": RETORNO + "/"},
        {"redirect_uri": RETORNO + "?b=2"}, {"redirect_uri": "javascript:alert(1)"},
        {"client_id": None}, {"client_id": "outro"}, {"client_id": ""},
    ],
)  # fmt: skip
def test_destino_ou_cliente_desconhecido_mostra_pagina_e_nunca_redireciona(govbr, mudanca):
    for resposta in (govbr.abrir(**mudanca), govbr.escolher(**mudanca), govbr.abrir(nonce=None, **mudanca)):
        assert resposta.status_code == 400 and "Location" not in resposta
        assert "Pedido recusado" in resposta.text and "malfeitor" not in resposta.text.split("<main")[1]


def test_parametro_repetido_mostra_pagina_e_nao_redireciona(govbr):
    resposta = govbr.navegador.get(f"{govbr.pedido()}&{urlencode({'redirect_uri': 'https://malfeitor.example/'})}")

    assert resposta.status_code == 400 and "Location" not in resposta


def test_sem_cliente_nas_configuracoes_nada_entra(govbr, settings):
    settings.GOVBR_CLIENTE = settings.GOVBR_SEGREDO = ""

    assert govbr.abrir(client_id="").status_code == 400
    assert erro_de(govbr.trocar("x", autorizacao=basic("", ""))) == (401, "invalid_client")


@pytest.mark.parametrize(
    "autorizacao",
    [
        "",
        basic(segredo="errado"),
        basic(cliente="outro"),
        "Basic !!!",
        "Basic w6k",
        "Basic",
        "Bearer x",
        basic("pen-aberto", ""),
    ],
)
def test_credencial_errada_e_invalid_client_e_nao_gasta_o_codigo(govbr, autorizacao):
    codigo = govbr.codigo()
    resposta = govbr.trocar(codigo, autorizacao=autorizacao)

    assert erro_de(resposta) == (401, "invalid_client") and resposta["WWW-Authenticate"].startswith("Basic")
    assert govbr.trocar(codigo).status_code == 200


def test_segredo_no_corpo_nao_vale_como_credencial(govbr):
    resposta = govbr.trocar(govbr.codigo(), autorizacao="", client_id="pen-aberto", client_secret="segredo:dos-testes")

    assert erro_de(resposta) == (401, "invalid_client")


def test_codigo_usado_de_novo_e_recusado(govbr):
    codigo = govbr.codigo()

    assert govbr.trocar(codigo).status_code == 200
    assert erro_de(govbr.trocar(codigo)) == (400, "invalid_grant")


@pytest.mark.parametrize("codigo", ["inventado", "../chave", "x" * 5000])
def test_codigo_que_nunca_existiu_e_recusado(govbr, codigo):
    assert erro_de(govbr.trocar(codigo)) == (400, "invalid_grant")


def envelhecer(pasta, segundos: int) -> None:
    (arquivo,) = pasta.glob("codigo-*")
    quando = time.time() - segundos
    os.utime(arquivo, (quando, quando))


def test_codigo_vale_ate_60_segundos(govbr, pasta):
    codigo = govbr.codigo()
    envelhecer(pasta, 55)

    assert govbr.trocar(codigo).status_code == 200


def test_codigo_vencido_e_recusado(govbr, pasta):
    codigo = govbr.codigo()
    envelhecer(pasta, 61)

    assert erro_de(govbr.trocar(codigo)) == (400, "invalid_grant")


def test_codigos_vencidos_sao_varridos_na_emissao_seguinte(govbr, pasta):
    govbr.codigo()
    envelhecer(pasta, 61)
    novo = govbr.codigo()

    assert len(list(pasta.glob("codigo-*"))) == 1 and govbr.trocar(novo).status_code == 200


@pytest.mark.parametrize("verificador", ["v" * 43, "curto", "x" * 129, "é" * 50])
def test_verificador_errado_e_recusado_e_gasta_o_codigo(govbr, verificador):
    codigo = govbr.codigo()

    assert erro_de(govbr.trocar(codigo, code_verifier=verificador)) == (400, "invalid_grant")
    assert erro_de(govbr.trocar(codigo)) == (400, "invalid_grant")


def test_verificador_curto_e_recusado_mesmo_quando_e_o_do_desafio(govbr):
    assert erro_de(govbr.trocar(govbr.codigo(code_challenge=desafio("curto")), code_verifier="curto")) == (
        400,
        "invalid_grant",
    )


def test_redirect_uri_diferente_na_troca_e_recusado(govbr):
    assert erro_de(govbr.trocar(govbr.codigo(), redirect_uri=f"{RETORNO}?a=1")) == (400, "invalid_grant")


@pytest.mark.parametrize("nome", ["grant_type", "code", "redirect_uri", "code_verifier"])
def test_troca_sem_um_parametro_e_invalid_request(govbr, nome):
    assert erro_de(govbr.trocar(govbr.codigo(), **{nome: None})) == (400, "invalid_request")


@pytest.mark.parametrize("concessao", ["client_credentials", "refresh_token", "password"])
def test_outra_concessao_e_unsupported_grant_type(govbr, concessao):
    assert erro_de(govbr.trocar(govbr.codigo(), grant_type=concessao)) == (400, "unsupported_grant_type")


@pytest.mark.parametrize("endereco", [None, "", "https://malfeitor.example/", SAIDA + "&x=1"])
def test_saida_para_endereco_nao_registrado_mostra_pagina(govbr, endereco):
    resposta = govbr.navegador.get(f"{BASE}logout", {} if endereco is None else {"post_logout_redirect_uri": endereco})

    assert resposta.status_code == 400 and "Location" not in resposta and "post_logout_redirect_uri" in resposta.text


@pytest.mark.parametrize("caminho", ["userinfo/", "userinfo/picture", f"confiabilidades/v3/contas/{PRATA}/niveis"])
@pytest.mark.parametrize("token", ["", "lixo", "a.b.c", "é", "eyJhbGciOiJub25lIn0.e30."])
def test_sem_access_token_valido_nada_se_le(govbr, caminho, token):
    resposta = govbr.com_token(caminho, token)

    assert erro_de(resposta) == (401, "invalid_token") and resposta["WWW-Authenticate"].startswith("Bearer")


def test_id_token_nao_serve_de_access_token(govbr):
    assert erro_de(govbr.com_token("userinfo/", govbr.entrar()["id_token"])) == (401, "invalid_token")


def test_access_token_de_outro_emissor_nao_serve(govbr, settings):
    token = govbr.entrar()["access_token"]
    settings.GOVBR_EMISSOR = f"{EMISSOR}outro/"

    assert erro_de(govbr.com_token("userinfo/", token)) == (401, "invalid_token")


def test_nivel_de_outra_pessoa_nao_se_le(govbr):
    caminho = f"confiabilidades/v3/contas/{OURO}/niveis?response-type=ids"

    assert erro_de(govbr.com_token(caminho, govbr.entrar(PRATA)["access_token"])) == (401, "invalid_token")


def test_nivel_sem_o_escopo_diz_o_erro_do_govbr(govbr):
    resposta = govbr.com_token(
        f"confiabilidades/v3/contas/{PRATA}/niveis?response-type=ids", govbr.entrar(scope="openid")["access_token"]
    )

    assert erro_de(resposta) == (403, "ACCESSTOKEN_SCOPE_MUSTCONTAINSEXPECTEDSCOPE")


def test_nivel_sem_response_type_e_recusado(govbr):
    caminho = f"confiabilidades/v3/contas/{PRATA}/niveis"

    assert erro_de(govbr.com_token(caminho, govbr.entrar()["access_token"])) == (400, "invalid_request")


@pytest.mark.parametrize(
    "metodo, caminho",
    [("get", "token"), ("post", "jwk"), ("post", "logout"), ("post", "userinfo/"), ("put", "authorize"),
     ("post", ".well-known/openid-configuration")],
)  # fmt: skip
def test_metodo_errado_nao_e_aceito(govbr, metodo, caminho):
    assert getattr(govbr.navegador, metodo)(f"{BASE}{caminho}").status_code == 405
