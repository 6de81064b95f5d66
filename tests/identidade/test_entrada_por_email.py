"""Entrar com um código por e-mail."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from pen.identidade.models import CodigoDeEntrada, Entrada, Pessoa
from pen.identidade.services.codigos import enviar_codigo
from pen.identidade.services.entrada import excluir_entradas_vencidas
from tests.fabricas.pessoas import fabricar_pessoa

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _envia_na_hora(settings, monkeypatch, django_capture_on_commit_callbacks):
    """O trabalho roda quando o pedido termina."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def pedir(client, email="ana@exemplo.org"):
    resposta = client.post("/entrar/email/", {"email": email})
    for codigo in CodigoDeEntrada.objects.filter(segredo=""):
        enviar_codigo(codigo.pk)
    return resposta


def codigo_recebido() -> str:
    return re.search(r"^ +(\d{6})$", mail.outbox[-1].body, re.MULTILINE)[1]


def digitar(client, codigo):
    return client.post("/entrar/email/codigo/", {"codigo": codigo})


def test_quem_recebe_o_codigo_entra_e_volta_para_onde_estava(client):
    client.get("/entrar/?proximo=/nup/")
    pedir(client)

    resposta = digitar(client, codigo_recebido())

    assert (resposta.status_code, resposta["Location"]) == (302, "/nup/")
    assert client.get("/minha-conta/").status_code == 200
    assert Pessoa.objects.get().email == "ana@exemplo.org"
    assert Entrada.objects.get().nivel == 0


def test_a_resposta_e_a_mesma_exista_a_conta_ou_nao(client):
    fabricar_pessoa(email="existe@exemplo.org")

    respostas = [client.post("/entrar/email/", {"email": e}) for e in ("existe@exemplo.org", "nao@exemplo.org")]

    assert len({(r.status_code, r["Location"], r.content) for r in respostas}) == 1


def test_quem_ja_tem_conta_entra_na_sua_com_qualquer_caixa(client):
    existente = fabricar_pessoa(email="Ana@Exemplo.org")
    pedir(client, "aNa@exemplo.org")

    digitar(client, codigo_recebido())

    assert int(client.session["_auth_user_id"]) == existente.pk


def test_o_codigo_vale_uma_vez(client):
    pedir(client)
    codigo, guardado = codigo_recebido(), client.session["codigo_id"]
    digitar(client, codigo)
    outro = type(client)()
    sessao = outro.session
    sessao["codigo_id"] = guardado
    sessao.save()
    outro.cookies["sessionid"] = sessao.session_key

    assert "não confere" in digitar(outro, codigo).content.decode()


def test_o_codigo_nao_serve_em_outro_navegador(client):
    pedir(client)

    assert digitar(type(client)(), codigo_recebido())["Location"] == "/entrar/email/"


def test_cinco_tentativas_erradas_gastam_o_codigo(client):
    pedir(client)
    certo = codigo_recebido()
    errado = "000000" if certo != "000000" else "111111"
    for _ in range(5):
        assert digitar(client, errado).status_code == 200

    assert "não confere" in digitar(client, certo).content.decode()


def test_o_codigo_vence_em_dez_minutos(client):
    pedir(client)
    CodigoDeEntrada.objects.update(vence_em=timezone.now() - timedelta(seconds=1))

    assert "não confere" in digitar(client, codigo_recebido()).content.decode()


def test_o_codigo_nao_esta_no_banco_nem_no_assunto(client):
    pedir(client)

    assert codigo_recebido() not in CodigoDeEntrada.objects.get().segredo
    assert codigo_recebido() not in mail.outbox[0].subject


def test_o_sexto_codigo_da_hora_para_o_mesmo_email_nao_e_enviado(client, django_capture_on_commit_callbacks):
    CodigoDeEntrada.objects.bulk_create(
        CodigoDeEntrada(email="ana@exemplo.org", finalidade="entrada", criado_em=timezone.now(), vence_em=timezone.now())
        for _ in range(5)
    )

    with django_capture_on_commit_callbacks() as agendados:
        resposta = client.post("/entrar/email/", {"email": "ana@exemplo.org"})

    assert resposta.status_code == 302
    assert not agendados


def test_pedidos_demais_da_mesma_origem_sao_parados(client):
    for n in range(5):
        client.post("/entrar/email/", {"email": f"a{n}@exemplo.org"})

    assert "Muitos pedidos" in client.post("/entrar/email/", {"email": "z@exemplo.org"}).content.decode()


def test_email_mal_escrito_se_explica_ao_lado_e_no_resumo(client):
    pagina = client.post("/entrar/email/", {"email": "sem-arroba"}).content.decode()

    assert pagina.count("Confira o e-mail") == 2


def test_conta_desativada_nao_entra(client):
    fabricar_pessoa(email="ana@exemplo.org", is_active=False)
    pedir(client)

    assert "desativada" in digitar(client, codigo_recebido()).content.decode()
    assert "_auth_user_id" not in client.session


def test_proximo_de_outro_site_leva_ao_comeco(client):
    client.get("/entrar/?proximo=https://exemplo.com/")
    pedir(client)

    assert digitar(client, codigo_recebido())["Location"] == "/"


def test_limpeza_apaga_codigos_de_um_dia_e_entradas_de_seis_meses():
    pessoa = fabricar_pessoa()
    agora = timezone.now()
    CodigoDeEntrada.objects.create(
        email="a@exemplo.org", finalidade="entrada", criado_em=agora - timedelta(days=2), vence_em=agora
    )
    for dias in (1, 200):
        Entrada.objects.create(pessoa=pessoa, meio="correio", sessao="s", entrou_em=agora - timedelta(days=dias))

    assert excluir_entradas_vencidas() == 2
    assert excluir_entradas_vencidas() == 0
    assert Entrada.objects.count() == 1
