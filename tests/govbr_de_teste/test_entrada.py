"""O caminho feliz, conferido como um cliente de verdade o confere."""

import time

import pytest
from django.test import Client

from tests.govbr_de_teste.apoio import (
    BASE,
    BRONZE,
    EMISSOR,
    EMPRESA,
    OURO,
    PRATA,
    RETORNO,
    SAIDA,
    SEM_EMAIL,
    desafio,
    erro_de,
    texto_visivel,
    volta,
)  # fmt: skip


def test_descoberta_da_os_enderecos_do_emissor(govbr):
    documento = govbr.navegador.get(f"{BASE}.well-known/openid-configuration").json()

    assert documento["issuer"] == EMISSOR and documento["issuer"].endswith("/")
    enderecos = {
        nome: valor.removeprefix(EMISSOR) for nome, valor in documento.items() if nome.endswith(("_endpoint", "_uri"))
    }
    assert enderecos == {
        "authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "jwk", "userinfo_endpoint": "userinfo/",
        "end_session_endpoint": "logout",
    }  # fmt: skip
    assert documento["code_challenge_methods_supported"] == ["S256"]


def test_emissor_sem_barra_nas_configuracoes_ganha_a_barra(govbr, settings):
    settings.GOVBR_EMISSOR = EMISSOR.rstrip("/")

    assert govbr.id_token()["iss"] == EMISSOR


def test_escolher_uma_conta_volta_com_codigo_e_o_state_do_pedido(govbr):
    parametros = volta(govbr.escolher(state="a b&c=é"))

    assert set(parametros) == {"code", "state"} and parametros["state"] == "a b&c=é"


def test_retorno_que_ja_tem_consulta_a_mantem(govbr):
    resposta = govbr.escolher(redirect_uri=f"{RETORNO}?a=1")

    assert resposta["Location"].startswith(f"{RETORNO}?a=1&code=")


def test_token_responde_na_forma_do_contrato_e_nao_fica_em_cache(govbr):
    resposta = govbr.trocar(govbr.codigo())
    corpo = resposta.json()

    assert resposta["Cache-Control"] == "no-store"
    assert (corpo["token_type"], corpo["expires_in"]) == ("Bearer", 3599)
    assert set(corpo) == {"access_token", "token_type", "expires_in", "scope", "id_token"}


def test_id_token_traz_quem_entrou_e_vale_60_segundos(govbr):
    claims = govbr.id_token(PRATA)

    assert (claims["iss"], claims["aud"], claims["sub"], claims["nonce"]) == (EMISSOR, "pen-aberto", PRATA, "nonce-1")
    assert claims["exp"] - claims["iat"] == 60
    assert abs(claims["auth_time"] - time.time()) < 5
    assert claims["amr"] == ["passwd", "bank"] and "azp" not in claims


def test_chave_publicada_tem_o_kid_constante_e_nao_leva_a_parte_privada(govbr):
    (chave,) = govbr.chaves()["keys"]

    assert (chave["kid"], chave["alg"], chave["use"], chave["kty"]) == ("rsa1", "RS256", "sig", "RSA")
    assert not {"d", "p", "q", "dp", "dq", "qi"} & set(chave)


def test_email_verified_e_texto_no_id_token_e_booleano_no_userinfo(govbr):
    tokens = govbr.entrar(PRATA)

    assert govbr.ler(tokens["id_token"])["email_verified"] == "true"
    assert govbr.com_token("userinfo/", tokens["access_token"]).json()["email_verified"] is True


def test_email_por_confirmar_e_o_texto_false(govbr):
    assert govbr.id_token("77788899941")["email_verified"] == "false"


@pytest.mark.parametrize("pessoa, nivel, numero", [(BRONZE, "bronze", "1"), (PRATA, "silver", "2"), (OURO, "gold", "3")])
def test_nivel_aparece_em_reliability_info_e_na_api_de_confiabilidades(govbr, pessoa, nivel, numero):
    tokens = govbr.entrar(pessoa)
    informado = govbr.ler(tokens["id_token"])["reliability_info"]
    (item,) = govbr.com_token(f"confiabilidades/v3/contas/{pessoa}/niveis?response-type=ids", tokens["access_token"]).json()

    assert informado["level"] == nivel and set(informado["reliabilities"][0]) == {"id", "updatedAt"}
    assert item["id"] == numero and item["dataAtualizacao"]


def test_access_token_diz_cpf_audiencia_escopos_e_amr(govbr):
    claims = govbr.ler(govbr.entrar(PRATA, scope="openid email")["access_token"])

    assert (claims["sub"], claims["preferred_username"], claims["aud"]) == (PRATA, PRATA, "pen-aberto")
    assert claims["scope"] == ["openid", "email"] and claims["amr"] and claims["jti"]
    assert claims["exp"] - claims["iat"] == 3600


@pytest.mark.parametrize(
    "escopo, claims",
    [
        ("email", {"email", "email_verified"}), ("profile", {"name", "profile", "picture"}),
        ("phone", {"phone_number", "phone_number_verified"}), ("govbr_confiabilidades_idtoken", {"reliability_info"}),
        ("govbr_confiabilidades", set()),
    ],
)  # fmt: skip
def test_cada_escopo_da_o_que_e_seu_e_mais_nada(govbr, escopo, claims):
    sempre = {"iss", "sub", "aud", "exp", "iat", "jti", "nonce", "auth_time", "amr"}

    assert set(govbr.id_token(PRATA, scope=f"openid {escopo}")) == sempre | claims
    assert set(govbr.id_token(PRATA, scope="openid")) == sempre


def test_conta_sem_email_nao_traz_email_nem_verificacao(govbr):
    assert not {"email", "email_verified"} & set(govbr.id_token(SEM_EMAIL))


def test_certificado_de_empresa_traz_cnpj_nos_dois_tokens(govbr):
    tokens = govbr.entrar(EMPRESA)
    claims = govbr.ler(tokens["id_token"])

    assert (claims["amr"], claims["cnpj"]) == (["x509"], "11222333000181") and claims["cnpj_certificate_name"]
    assert govbr.ler(tokens["access_token"])["cnpj"] == "11222333000181"


def test_nome_social_vai_ao_lado_do_nome(govbr):
    claims = govbr.id_token("66677788830")

    assert (claims["name"], claims["social_name"]) == ("Nome de Registro Faz de Conta", "Nome Social Faz de Conta")


def test_userinfo_diz_a_mesma_pessoa_sem_o_que_e_do_id_token(govbr):
    resposta = govbr.com_token("userinfo/", govbr.entrar(PRATA)["access_token"])

    assert resposta.json()["sub"] == PRATA and resposta.json()["name"] == "Beltrano Fictício da Prata"
    assert not {"nonce", "reliability_info", "exp"} & set(resposta.json())


def test_ninguem_tem_foto(govbr):
    assert erro_de(govbr.com_token("userinfo/picture", govbr.entrar()["access_token"])) == (404, "not_found")


def test_conta_inventada_na_hora_entra_como_foi_descrita(govbr):
    campos = {"nome": "Ninguém Nenhum", "cpf": "987.654.321-00", "email": "ninguem@pessoas.example", "nivel": "ouro"}
    codigo = volta(govbr.navegador.post(govbr.pedido(), campos | {"email_por_confirmar": "on"}))["code"]
    tokens = govbr.trocar(codigo).json()
    claims = govbr.ler(tokens["id_token"])

    assert (claims["sub"], claims["name"], claims["email"]) == ("98765432100", "Ninguém Nenhum", "ninguem@pessoas.example")
    assert (claims["reliability_info"]["level"], claims["email_verified"]) == ("gold", "false")
    assert govbr.com_token("userinfo/", tokens["access_token"]).json()["name"] == "Ninguém Nenhum"


def test_conta_inventada_errada_explica_ao_lado_do_campo_e_no_resumo(govbr):
    resposta = govbr.navegador.post(govbr.pedido(), {"nome": "", "cpf": "123", "nivel": "diamante", "email": "x"})

    assert resposta.status_code == 200 and "<title>Erro: Conta de teste" in resposta.text
    for frase in ("Invente um nome.", "Este CPF não confere", "Escolha bronze, prata ou ouro.", "Digite um e-mail como"):
        assert resposta.text.count(frase) == 2


@pytest.mark.parametrize(
    "pessoa, frase", [("", "Escolha uma das contas."), ("98765432100", "Escolha uma das contas da lista.")]
)
def test_sem_escolha_da_lista_a_pagina_pede_uma(govbr, pessoa, frase):
    assert frase in govbr.escolher(pessoa).text


def test_desistir_volta_com_access_denied(govbr):
    parametros = volta(govbr.navegador.post(govbr.pedido(), {"cancelar": "sim"}))

    assert (parametros["error"], parametros["state"]) == ("access_denied", "estado-1") and "code" not in parametros


def test_pagina_avisa_que_e_teste_e_que_ninguem_existe(govbr):
    resposta = govbr.abrir()
    texto = texto_visivel(resposta)

    assert resposta.status_code == 200 and 'content="noindex"' in resposta.text
    assert "Isto não é o gov.br" in texto and "Nenhuma destas pessoas existe" in texto
    assert resposta.text.count('type="radio"') == 8 and "checked" not in resposta.text
    assert "no-store" in resposta["Cache-Control"]


def test_formulario_de_outro_site_e_recusado(govbr):
    assert Client(enforce_csrf_checks=True).post(govbr.pedido(), {"pessoa": PRATA}).status_code == 403


def test_o_que_vem_no_pedido_e_escapado_na_pagina(govbr):
    assert "<b>" not in govbr.abrir(state='"><b>').text.split("</header>")[1]


def test_sair_leva_ao_endereco_registrado(govbr):
    resposta = govbr.navegador.get(f"{BASE}logout", {"post_logout_redirect_uri": SAIDA})

    assert resposta.status_code == 302 and resposta["Location"] == SAIDA


def test_desafio_do_exemplo_da_rfc_7636_confere():
    assert desafio("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
