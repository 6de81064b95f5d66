"""A caixa local da demonstração."""

from uuid import UUID

import pytest
from django.core.mail import EmailMultiAlternatives

from pen.comum.correio import pasta_da_caixa
from pen.comum.identificadores import uuid7
from tests.notificacoes.apoio import fabricar_pessoa, pedir_e_enviar

QUALQUER = UUID("01a1fec4-5bed-7ed6-b342-01dc7ac5b181")

pytestmark = pytest.mark.django_db


@pytest.fixture
def demonstracao(settings, tmp_path):
    settings.CAIXA_LOCAL, settings.PASTA_DE_DADOS = True, tmp_path
    settings.EMAIL_BACKEND = "pen.comum.correio.CaixaLocal"


def guardada() -> UUID:
    (arquivo,) = pasta_da_caixa().glob("*.eml")
    return UUID(arquivo.stem)


def test_o_que_teria_sido_enviado_aparece_com_links_que_se_podem_seguir(client, demonstracao):
    pedir_e_enviar(fabricar_pessoa("ana@exemplo.org"))

    lista = client.get("/caixa-local/").text
    pagina = client.get(f"/caixa-local/{guardada()}/").text

    assert "Novidade no processo a" in lista and "ana@exemplo.org" in lista
    assert 'href="http://localhost:8000/protocolo/processos/a/"' in pagina and "&lt;com sinais&gt;" in pagina


def test_html_da_mensagem_nao_entra_na_pagina(client, demonstracao):
    email = EmailMultiAlternatives("<b>assunto</b>", "texto <script>1</script>", to=["x@exemplo.org"])
    email.attach_alternative("<script>alert('mau')</script>", "text/html")
    email.send()

    pagina = client.get(f"/caixa-local/{guardada()}/").text

    assert "mau" not in pagina and "<script>1" not in pagina and "<b>assunto" not in pagina


def test_mensagem_inteira_pode_ser_baixada(client, demonstracao):
    pedir_e_enviar(fabricar_pessoa())

    resposta = client.get(f"/caixa-local/{guardada()}.eml")

    assert resposta["Content-Type"] == "message/rfc822" and "attachment" in resposta["Content-Disposition"]
    assert b"Message-ID" in resposta.content


def test_caixa_vazia_diz_o_que_fazer(client, demonstracao):
    assert "Ainda nenhuma" in client.get("/caixa-local/").text


def test_mensagem_que_nao_existe_e_404(client, demonstracao):
    assert client.get(f"/caixa-local/{uuid7()}/").status_code == 404
    assert client.get(f"/caixa-local/{uuid7()}.eml").status_code == 404
    assert client.get("/caixa-local/..%2F..%2Fchave-secreta/").status_code == 404


@pytest.mark.parametrize("caminho", ["", f"{QUALQUER}/", f"{QUALQUER}.eml"])
def test_fora_da_demonstracao_a_caixa_nao_existe(client, settings, caminho):
    settings.CAIXA_LOCAL = False

    assert client.get(f"/caixa-local/{caminho}").status_code == 404


@pytest.mark.parametrize("caminho", ["", f"{QUALQUER}/", f"{QUALQUER}.eml"])
def test_caixa_so_se_le(client, demonstracao, caminho):
    assert client.post(f"/caixa-local/{caminho}").status_code == 405
