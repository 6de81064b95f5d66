"""Cada defeito erra só o que diz errar, e desligado não deixa rastro."""

import time

import pytest
from joserfc.errors import BadSignatureError

from pen.govbr_de_teste.services.defeitos import Defeitos, com_defeitos, gravar_defeitos, ler_defeitos, limpar_defeitos
from tests.govbr_de_teste.apoio import BASE, EMISSOR, PRATA, erro_de, texto_visivel


@pytest.mark.parametrize("desvio", [600, -600])
def test_relogio_errado_desloca_emissao_prazo_e_autenticacao(govbr, desvio):
    with com_defeitos(Defeitos(relogio_segundos=desvio)):
        claims = govbr.id_token()

    assert abs(claims["iat"] - time.time() - desvio) < 5 and claims["exp"] - claims["iat"] == 60
    assert abs(claims["auth_time"] - time.time() - desvio) < 5


@pytest.mark.parametrize("azp", [None, "pen-aberto"])
def test_audiencia_errada_com_e_sem_azp(govbr, azp):
    with com_defeitos(Defeitos(audiencia_errada=True, azp_certo=azp is not None)):
        claims = govbr.id_token()

    assert (claims["aud"], claims.get("azp")) == ("outro-cliente", azp)


def test_emissor_errado_so_no_id_token(govbr):
    with com_defeitos(Defeitos(emissor_errado=True)):
        tokens = govbr.entrar()
        assert govbr.navegador.get(f"{BASE}.well-known/openid-configuration").json()["issuer"] == EMISSOR

    assert govbr.ler(tokens["id_token"])["iss"] != EMISSOR
    assert govbr.com_token("userinfo/", tokens["access_token"]).status_code == 200


def test_nonce_errado(govbr):
    with com_defeitos(Defeitos(nonce_errado=True)):
        assert govbr.id_token()["nonce"] != "nonce-1"


def test_chave_trocada_sob_o_mesmo_kid_so_confere_com_as_chaves_relidas(govbr):
    antigas = govbr.chaves()
    with com_defeitos(Defeitos(chave_trocada=True)):
        token = govbr.entrar()["id_token"]
        with pytest.raises(BadSignatureError):
            govbr.ler(token, antigas)

        assert govbr.ler(token)["sub"] == PRATA
        assert [c["kid"] for c in govbr.chaves()["keys"]] == [c["kid"] for c in antigas["keys"]] == ["rsa1"]
    assert govbr.chaves() == antigas


def test_chave_nao_publicada_nunca_confere(govbr):
    with com_defeitos(Defeitos(chave_nao_publicada=True)), pytest.raises(BadSignatureError):
        govbr.id_token()


def test_demora_atrasa_a_resposta_aos_sistemas_e_nao_a_pagina(govbr):
    with com_defeitos(Defeitos(demora_segundos=0.3)):
        inicio = time.monotonic()
        govbr.abrir()
        pagina = time.monotonic() - inicio
        govbr.chaves()

    assert time.monotonic() - inicio - pagina >= 0.3


def test_sem_email_nem_no_id_token_nem_no_userinfo(govbr):
    with com_defeitos(Defeitos(sem_email=True)):
        tokens = govbr.entrar(PRATA)

        assert not {"email", "email_verified"} & set(govbr.ler(tokens["id_token"]))
        assert "email" not in govbr.com_token("userinfo/", tokens["access_token"]).json()


def test_sub_com_pontos_e_o_mesmo_cpf(govbr):
    with com_defeitos(Defeitos(sub_com_pontos=True)):
        assert govbr.id_token(PRATA)["sub"] == "222.333.444-05"


def test_token_fora_do_ar_e_500_e_nao_gasta_o_codigo(govbr):
    codigo = govbr.codigo()
    with com_defeitos(Defeitos(token_fora_do_ar=True)):
        assert erro_de(govbr.trocar(codigo)) == (500, "server_error")

    assert govbr.trocar(codigo).status_code == 200


def test_pagina_diz_que_defeitos_estao_ligados(govbr):
    with com_defeitos(Defeitos(nonce_errado=True, relogio_segundos=-5)):
        assert "relogio_segundos, nonce_errado" in texto_visivel(govbr.abrir())

    assert "Defeitos" not in texto_visivel(govbr.abrir())


def test_limpar_desliga_tudo_e_pode_repetir():
    gravar_defeitos(Defeitos(sem_email=True))
    assert ler_defeitos() == Defeitos(sem_email=True)

    limpar_defeitos()
    limpar_defeitos()
    assert ler_defeitos() == Defeitos()


def test_defeito_que_nao_existe_e_erro_e_nao_silencio(pasta):
    (pasta / "defeitos.json").write_text('{"nonce_erado": true}')

    with pytest.raises(TypeError, match="nonce_erado"):
        ler_defeitos()
