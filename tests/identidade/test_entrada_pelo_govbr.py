"""Entrar pelo gov.br: o caminho inteiro com o provedor de teste, a matriz do contrato e o que tem de ser recusado."""

import logging
import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from pen.govbr_de_teste.services.defeitos import Defeitos, com_defeitos
from pen.identidade.enums import Nivel
from pen.identidade.models import Entrada, Pessoa
from tests.fabricas.pessoas import entrar as entrar_na_sessao
from tests.fabricas.pessoas import fabricar_pessoa

pytestmark = pytest.mark.django_db

BRONZE, PRATA, OURO, SEM_EMAIL = "11122233396", "22233344405", "33344455508", "44455566619"
NOME_SOCIAL, POR_CONFIRMAR = "66677788830", "77788899941"
EMAIL_DA_PRATA = "beltrano.prata@pessoas.example"


def ir_ao_govbr(client, navegador):
    """O que o gov.br responde a quem sai daqui para entrar."""
    ida = client.get("/entrar/govbr/")
    assert ida.status_code == 302, ida.content
    return abrir_no_govbr(navegador, ida["Location"])


def abrir_no_govbr(navegador, endereco, **formulario):
    partes = urlsplit(endereco)
    caminho = f"{partes.path}?{partes.query}"
    return navegador.post(caminho, formulario) if formulario else navegador.get(caminho)


def autorizar(client, cpf, navegador=None) -> str:
    """Vai ao gov.br como a pessoa do CPF e devolve o endereço de retorno, ainda não visitado."""
    ida = client.get("/entrar/govbr/")
    assert ida.status_code == 302, ida.content
    volta = abrir_no_govbr(navegador or Client(), ida["Location"], pessoa=cpf)
    assert volta.status_code == 302, volta.content.decode()
    return volta["Location"].removeprefix("http://testserver")


def entrar(client, cpf):
    return client.get(autorizar(client, cpf))


def recusada(resposta) -> str:
    assert resposta.status_code in {403, 503}
    assert "_auth_user_id" not in resposta.wsgi_request.session
    return resposta.content.decode()


# --- O que dá certo


def test_entra_volta_para_onde_estava_e_guarda_nivel_e_amr(client, govbr):
    client.get("/entrar/?proximo=/nup/")

    resposta = entrar(client, OURO)

    assert (resposta.status_code, resposta["Location"]) == (302, "/nup/")
    entrada = Entrada.objects.get()
    assert (entrada.nivel, entrada.meio) == (Nivel.OURO, "govbr")
    assert "mfa" in entrada.amr
    assert "701" in entrada.selos


def test_a_ida_leva_tudo_que_o_govbr_exige(client, govbr):
    consulta = parse_qs(urlsplit(client.get("/entrar/govbr/")["Location"]).query)

    assert consulta["response_type"] == ["code"]
    assert consulta["code_challenge_method"] == ["S256"]
    assert {"state", "nonce", "code_challenge", "client_id", "redirect_uri"} <= consulta.keys()
    assert consulta["scope"][0].split() == [
        "openid",
        "email",
        "profile",
        "govbr_confiabilidades",
        "govbr_confiabilidades_idtoken",
    ]


@pytest.mark.parametrize(("cpf", "forte"), [(BRONZE, False), (PRATA, True), (OURO, True)])
def test_so_prata_e_ouro_bastam_para_exercer_papeis(client, govbr, cpf, forte):
    resposta = entrar(client, cpf)

    assert ("forte_ate" in resposta.wsgi_request.session) is forte


def test_o_nome_social_vale_sobre_o_de_registro(client, govbr):
    entrar(client, NOME_SOCIAL)

    assert Pessoa.objects.get().nome == "Nome Social Faz de Conta"


def test_email_por_confirmar_no_govbr_nao_vira_o_da_conta(client, govbr):
    entrar(client, POR_CONFIRMAR)

    assert Pessoa.objects.get().email == ""


def test_conta_sem_email_entra_assim_mesmo(client, govbr):
    entrar(client, SEM_EMAIL)

    assert Pessoa.objects.get().cpf == SEM_EMAIL


def test_cpf_com_pontos_no_sub_e_o_mesmo_cpf(client, govbr):
    with com_defeitos(Defeitos(sub_com_pontos=True)):
        entrar(client, PRATA)

    assert Pessoa.objects.get().cpf == PRATA


def test_entrar_de_novo_e_a_mesma_pessoa_e_o_nivel_e_relido(client, govbr):
    entrar(client, PRATA)
    entrar(Client(), PRATA)

    assert Pessoa.objects.count() == 1
    assert Entrada.objects.count() == 2


def test_duas_janelas_ao_mesmo_tempo_entram_as_duas(client, govbr):
    primeira, segunda = autorizar(client, PRATA), autorizar(client, PRATA)

    assert client.get(segunda).status_code == 302
    assert client.get(primeira).status_code == 302


def test_a_chave_trocada_sob_o_mesmo_kid_e_buscada_de_novo(client, govbr):
    entrar(client, PRATA)
    with com_defeitos(Defeitos(chave_trocada=True)):
        assert entrar(Client(), OURO).status_code == 302


def test_relogios_com_cem_segundos_de_diferenca_ainda_se_entendem(client, govbr):
    for diferenca in (100, -100):
        with com_defeitos(Defeitos(relogio_segundos=diferenca)):
            assert entrar(Client(), PRATA).status_code == 302


# --- A matriz: quem já existia


def test_quem_entrava_por_email_passa_a_ter_o_cpf(client, govbr):
    existente = fabricar_pessoa(email=EMAIL_DA_PRATA.upper())

    entrar(client, PRATA)

    existente.refresh_from_db()
    assert (Pessoa.objects.count(), existente.cpf) == (1, PRATA)


def test_mesmo_cpf_com_outro_email_fica_com_o_email_daqui(client, govbr):
    existente = fabricar_pessoa(cpf=PRATA, email="daqui@exemplo.org")

    resposta = entrar(client, PRATA)

    existente.refresh_from_db()
    assert existente.email == "daqui@exemplo.org"
    assert "mudou" in resposta.wsgi_request.session["aviso_de_entrada"]


def test_mesmo_cpf_e_mesmo_email_e_so_entrar(client, govbr):
    fabricar_pessoa(cpf=PRATA, email=EMAIL_DA_PRATA)

    resposta = entrar(client, PRATA)

    assert resposta.wsgi_request.session["aviso_de_entrada"] == ""
    assert Pessoa.objects.count() == 1


def test_email_de_outro_cpf_entra_sem_ele_e_explica(client, govbr):
    outra = fabricar_pessoa(cpf=OURO, email=EMAIL_DA_PRATA)

    resposta = entrar(client, PRATA)

    assert Pessoa.objects.get(cpf=PRATA).email == ""
    assert Pessoa.objects.get(pk=outra.pk).email == EMAIL_DA_PRATA
    assert "outra conta" in resposta.wsgi_request.session["aviso_de_entrada"]


def test_cpf_de_uma_pessoa_e_email_de_outra_sem_cpf_nao_se_juntam(client, govbr):
    do_cpf = fabricar_pessoa(cpf=PRATA, email="")
    do_email = fabricar_pessoa(email=EMAIL_DA_PRATA)

    resposta = entrar(client, PRATA)

    do_email.refresh_from_db()
    assert resposta.wsgi_request.session["_auth_user_id"] == str(do_cpf.pk)
    assert do_email.cpf is None


@pytest.mark.parametrize("campos", [{"cpf": PRATA, "email": ""}, {"email": EMAIL_DA_PRATA}])
def test_conta_desativada_nao_entra(client, govbr, campos):
    fabricar_pessoa(is_active=False, **campos)

    assert "desativada" in recusada(entrar(client, PRATA))


# --- O que tem de ser recusado


@pytest.mark.parametrize(
    ("defeito", "frase"),
    [
        (Defeitos(nonce_errado=True), "Comece de novo"),
        (Defeitos(audiencia_errada=True), "Comece de novo"),
        (Defeitos(audiencia_errada=True, azp_certo=True), "Comece de novo"),
        (Defeitos(emissor_errado=True), "Comece de novo"),
        (Defeitos(chave_nao_publicada=True), "Comece de novo"),
        (Defeitos(relogio_segundos=600), "relógio"),
        (Defeitos(relogio_segundos=-600), "relógio"),
        (Defeitos(token_fora_do_ar=True), "não está respondendo"),
    ],
)
def test_o_que_nao_confere_nao_entra_e_diz_o_que_fazer(client, govbr, defeito, frase):
    volta = autorizar(client, PRATA)
    with com_defeitos(defeito):
        assert frase in recusada(client.get(volta))
    assert not Pessoa.objects.exists()


def test_state_de_outra_sessao_e_recusado(client, govbr):
    volta = autorizar(client, PRATA)

    assert "outra janela" in recusada(Client().get(volta))


def test_state_adulterado_e_recusado(client, govbr):
    assert "outra janela" in recusada(client.get(autorizar(client, PRATA) + "x"))


def test_o_mesmo_retorno_nao_vale_duas_vezes(client, govbr):
    volta = autorizar(client, PRATA)
    client.get(volta)
    client.post("/sair/")

    assert "já foi usada" in recusada(client.get(volta))


def test_retorno_sem_codigo_ou_sem_nada_e_recusado(client, govbr):
    for consulta in ("", "?code=x", "?state=x", "?code=%00&state=%00"):
        assert "Comece de novo" in recusada(client.get(f"/entrar/govbr/retorno/{consulta}"))


def test_quem_desiste_no_govbr_le_que_pode_tentar_de_novo(client, govbr):
    assert "cancelada" in recusada(client.get("/entrar/govbr/retorno/?error=access_denied&state=x"))


def test_govbr_fora_do_ar_na_ida_nao_e_erro_inesperado(client, govbr):
    govbr.GOVBR_EMISSOR = "http://127.0.0.1:9/"

    assert "não está respondendo" in recusada(client.get("/entrar/govbr/"))


def test_sem_credenciais_a_pagina_so_oferece_o_email(client, settings):
    settings.GOVBR_EMISSOR = ""

    assert "gov.br" not in client.get("/entrar/").content.decode().split("<main", 1)[1].split("</main>")[0]


# --- Sair


def test_sair_encerra_aqui_e_no_govbr(client, govbr):
    entrar(client, PRATA)

    resposta = client.post("/sair/")

    assert resposta["Location"].startswith(f"{govbr.GOVBR_EMISSOR}logout?post_logout_redirect_uri=")
    assert client.get("/minha-conta/").status_code == 302
    assert Entrada.objects.get().encerrada_em is not None
    saida = urlsplit(resposta["Location"])
    assert Client().get(f"{saida.path}?{saida.query}")["Location"] == "http://testserver/"


def test_entrar_de_novo_sem_sair_do_govbr_nao_pergunta_a_conta(client, govbr):
    client.get(autorizar(client, PRATA, navegador=client))
    client.cookies.pop("sessionid")  # só a sessão daqui venceu

    volta = ir_ao_govbr(client, client)

    assert volta.status_code == 302
    client.get(volta["Location"].removeprefix("http://testserver"))
    assert client.get("/minha-conta/").status_code == 200


def test_sair_daqui_faz_o_govbr_perguntar_de_novo(client, govbr):
    client.get(autorizar(client, PRATA, navegador=client))

    fora = abrir_no_govbr(client, client.post("/sair/")["Location"])

    assert fora["Location"] == "http://testserver/"
    assert "Conta de teste" in ir_ao_govbr(client, client).content.decode()


def test_quem_entrou_por_email_sai_sem_passar_pelo_govbr(client, govbr):
    assert entrar_na_sessao(client, fabricar_pessoa()).post("/sair/")["Location"] == "/"


def test_conta_desativada_pode_sair_do_govbr_e_tentar_com_outra(client, govbr):
    fabricar_pessoa(is_active=False, cpf=PRATA)
    pagina = recusada(client.get(autorizar(client, PRATA, navegador=client)))

    (saida,) = re.findall(r'href="([^"]*logout[^"]*)"', pagina)
    abrir_no_govbr(client, unescape(saida))

    assert client.get(autorizar(client, OURO, navegador=client))["Location"] == "/"


def test_sair_pede_post(client, govbr):
    assert client.get("/sair/").status_code == 405


def test_nem_log_nem_endereco_tem_o_cpf(client, govbr, caplog):
    with caplog.at_level(logging.DEBUG):
        volta = autorizar(client, PRATA)
        resposta = client.get(volta)

    assert PRATA not in volta + resposta["Location"]
    assert PRATA not in caplog.text
