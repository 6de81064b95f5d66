"""A página de avisos."""

import json
import re
from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pen.notificacoes.models import EnderecoRecusado, InscricaoPush, Mensagem
from pen.notificacoes.public import enviar_avisos
from pen.notificacoes.segredos import hash_do_endereco
from pen.notificacoes.selectors.preferencias import preferencias_de
from pen.notificacoes.services.agrupamento import agrupar_devidos
from pen.notificacoes.services.preferencias import alterar_preferencias
from tests.fabricas.pessoas import entrar
from tests.notificacoes.apoio import fabricar_pessoa, pedir, pedir_e_enviar, vencer
from tests.notificacoes.test_canais import ENDPOINT, base64url, chaves, inscrever

pytestmark = pytest.mark.django_db
PAGINA = "/minha-conta/avisos/"
UUID = "01912345-6789-7abc-8def-0123456789ab"
ENDERECOS = ["pausa/", "endereco/", "push/", f"push/{UUID}/excluir/"]


@pytest.fixture
def ana(client):
    pessoa = fabricar_pessoa("ana@exemplo.org")
    client.force_login(pessoa)
    return pessoa


@pytest.fixture
def com_push(settings):
    settings.PUSH_CHAVE_PRIVADA = base64url(b"\1" * 32)


def test_pagina_mostra_as_escolhas_e_diz_que_nada_foi_enviado(client, ana):
    html = client.get(PAGINA).text

    assert "Ainda nada." in html and "Pausar todos os avisos" in html
    assert re.search(r'value="imediata"[^>]* checked', html) and "Navegador" not in html


def test_titulos_em_ordem(client, ana, com_push):
    niveis = [int(n) for n in re.findall(r"<h(\d)", client.get(PAGINA).text)]

    assert niveis[0] == 1 and all(b - a <= 1 for a, b in pairwise(niveis))


@pytest.mark.parametrize("caminho", ["", *ENDERECOS])
def test_precisa_entrar(client, caminho):
    resposta = client.post(PAGINA + caminho) if caminho else client.get(PAGINA)

    assert resposta.status_code == 302 and resposta["Location"].startswith("/entrar/?proximo=")


@pytest.mark.parametrize("caminho", ENDERECOS)
def test_o_que_muda_so_aceita_post(client, ana, caminho):
    assert client.get(PAGINA + caminho).status_code == 405


def test_a_pagina_nao_aceita_outro_metodo(client, ana):
    assert client.put(PAGINA).status_code == 405


@pytest.mark.parametrize("caminho", ["", *ENDERECOS])
def test_o_que_muda_pede_a_marca_contra_falsificacao(ana, caminho):
    rigoroso = Client(enforce_csrf_checks=True)
    rigoroso.force_login(ana)

    assert rigoroso.post(PAGINA + caminho).status_code == 403


def test_guardar_muda_e_diz_que_mudou(client, ana):
    resposta = client.post(PAGINA, {"frequencia": "diaria"}, follow=True)

    p = preferencias_de(ana)
    assert (p.frequencia, p.correio, p.push) == ("diaria", False, True)  # o canal que a página não mostra fica como estava
    assert "Suas escolhas estão guardadas" in resposta.text


def test_escolha_invalida_se_explica(client, ana):
    html = client.post(PAGINA, {"frequencia": "semanal"}).text

    assert "Confira o que você preencheu" in html and "<title>Erro:" in html


def test_telefone_errado_se_explica_ao_lado_do_campo_e_o_brasileiro_e_completado(client, ana, settings):
    settings.AVISOS_WEBHOOK_URL, settings.AVISOS_WEBHOOK_SEGREDO = "http://exemplo.org/", "x"

    html = client.post(PAGINA, {"frequencia": "imediata", "webhook": "on", "telefone": "123"}).text
    assert 'id="id_telefone_error"' in html and "código do país" in html

    client.post(PAGINA, {"frequencia": "imediata", "webhook": "on", "telefone": "(61) 99999-8888"})
    assert preferencias_de(ana).telefone == "+5561999998888"


def test_pausar_e_retomar(client, ana):
    assert "Avisos pausados" in client.post(f"{PAGINA}pausa/", {"acao": "pausar"}, follow=True).text
    assert preferencias_de(ana).pausado_em

    client.post(f"{PAGINA}pausa/", {"acao": "retomar"})
    assert preferencias_de(ana).pausado_em is None


def test_mostra_o_que_foi_enviado_e_por_que_o_resto_nao_foi(client, ana, caixa):
    pedir_e_enviar(ana, "a")
    caixa.respostas["ana@exemplo.org"] = "550 5.1.1 nao existe"
    pedir_e_enviar(ana, "b")

    html = client.get(PAGINA).text

    assert "Novidade no processo a" in html and "enviada" in html
    assert "O outro lado respondeu: 550 5.1.1 nao existe." in html
    assert "Seu e-mail recusou nossas mensagens" in html and "o servidor respondeu: 550 5.1.1 nao existe<" in html


def test_nao_mostra_o_de_outra_pessoa(client, ana, mailoutbox):
    pedir_e_enviar(fabricar_pessoa(), "alheio")

    assert "alheio" not in client.get(PAGINA).text


def test_tentar_de_novo_tira_a_recusa(client, ana):
    resumo = hash_do_endereco(ana.email)
    EnderecoRecusado.objects.create(pessoa=ana, endereco_hash=resumo, recusado_em=timezone.now(), codigo="550")

    assert "Tentar de novo" in client.get(PAGINA).text
    client.post(f"{PAGINA}endereco/")
    assert "Tentar de novo" not in client.get(PAGINA).text


def test_quem_nao_tem_email_fica_sabendo(client):
    client.force_login(fabricar_pessoa(""))

    assert "Você ainda não informou um e-mail" in client.get(PAGINA).text


def criar_mensagens(pessoa, quantas: int) -> None:
    from pen.comum.identificadores import uuid7

    agora = timezone.now()
    Mensagem.objects.bulk_create(
        Mensagem(pessoa=pessoa, canal="correio", lote=uuid7(), criada_em=agora - timedelta(minutes=n), proxima_em=agora,
                 situacao="enviada", enviada_em=agora, assunto=f"Mensagem {n:02}") for n in range(quantas)
    )  # fmt: skip


def test_lista_longa_tem_paginas(client, ana):
    criar_mensagens(ana, 25)

    primeira = client.get(PAGINA).text
    seguinte = re.search(r'href="(\?antes=[^#"]+)', primeira)[1]
    segunda = client.get(PAGINA + seguinte).text

    assunto = re.compile(r"Mensagem \d\d")
    assert len(set(assunto.findall(primeira))) == 20 and len(set(assunto.findall(segunda))) == 5
    assert not set(assunto.findall(primeira)) & set(assunto.findall(segunda)) and "Próxima" not in segunda


def test_pagina_que_nao_se_entende_e_a_primeira(client, ana):
    assert client.get(f"{PAGINA}?antes=lixo&feito=lixo").status_code == 200


def test_numero_de_consultas_nao_depende_do_que_ha(client, ana, com_push):
    def consultas() -> int:
        with CaptureQueriesContext(connection) as feitas:
            client.get(PAGINA)
        return len(feitas)

    criar_mensagens(ana, 1)
    inscrever(ana)
    uma = consultas()
    criar_mensagens(ana, 3)
    inscrever(ana, f"{ENDPOINT}2")

    assert consultas() == uma


# Push


def enviar_json(client, corpo, **cabecalhos):
    return client.post(f"{PAGINA}push/", json.dumps(corpo), content_type="application/json", **cabecalhos)


def test_navegador_se_inscreve_e_aparece_na_lista(client, ana, com_push):
    resposta = enviar_json(client, {"endpoint": ENDPOINT, "expirationTime": None, "keys": chaves()},
                           HTTP_USER_AGENT="Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")  # fmt: skip

    assert resposta.status_code == 201 and InscricaoPush.objects.get().pessoa_id == ana.pk
    html = client.get(PAGINA).text
    assert "Firefox em Linux" in html and "push.js" in html and "data-push=" in html


@pytest.mark.parametrize(
    "corpo",
    [None, [], "x", {}, {"endpoint": ENDPOINT}, {"endpoint": ENDPOINT, "keys": []}, {"endpoint": 1, "keys": chaves()},
     {"endpoint": "https://exemplo.org/", "keys": chaves()}, {"endpoint": ENDPOINT, "keys": {"p256dh": "", "auth": ""}}],
)  # fmt: skip
def test_inscricao_que_nao_se_entende_e_recusada_com_frase(client, ana, corpo):
    resposta = enviar_json(client, corpo)

    assert resposta.status_code == 422 and resposta.json()["detail"] and not InscricaoPush.objects.exists()


def test_corpo_que_nao_e_json_e_recusado(client, ana):
    assert client.post(f"{PAGINA}push/", b"\xff{", content_type="application/json").status_code == 422


def test_remover_navegador_funciona_sem_script(client, ana, com_push):
    inscricao = inscrever(ana)

    html = client.post(f"{PAGINA}push/{inscricao.pk}/excluir/", follow=True).text

    assert not InscricaoPush.objects.exists() and "não vai mais receber" in html


def test_navegador_de_outra_pessoa_responde_404(client, ana):
    inscricao = inscrever(fabricar_pessoa())

    assert client.post(f"{PAGINA}push/{inscricao.pk}/excluir/").status_code == 404
    assert InscricaoPush.objects.exists()


# Sair do aparelho


def inscrever_por(cliente, endpoint: str):
    assert enviar_json(cliente, {"endpoint": endpoint, "keys": chaves()}).status_code == 201


@pytest.fixture
def dois_aparelhos(com_push):
    """A mesma pessoa em dois aparelhos, com um navegador inscrito em cada um."""
    pessoa = fabricar_pessoa()
    aparelhos = [entrar(Client(), pessoa) for _ in range(2)]
    for n, aparelho in enumerate(aparelhos):
        inscrever_por(aparelho, f"{ENDPOINT}{n}")
    return aparelhos


def test_sair_de_um_aparelho_tira_o_navegador_dele_e_so_ele(dois_aparelhos, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        dois_aparelhos[0].post("/sair/")

    assert InscricaoPush.objects.get().endpoint == f"{ENDPOINT}1"


def test_tirar_o_outro_aparelho_da_lista_tira_o_navegador_dele(dois_aparelhos, django_capture_on_commit_callbacks):
    perdido, aqui = dois_aparelhos

    with django_capture_on_commit_callbacks(execute=True):
        aqui.post(f"/minha-conta/aparelhos/{perdido.session['entrada_id']}/sair/")

    assert InscricaoPush.objects.get().endpoint == f"{ENDPOINT}1"


def test_o_que_ja_esperava_para_o_navegador_nao_sai_depois_de_sair(dois_aparelhos, django_capture_on_commit_callbacks):
    pessoa = InscricaoPush.objects.first().pessoa
    alterar_preferencias(por=pessoa, correio=False)
    pedir(pessoa)
    vencer()
    agrupar_devidos(agora=timezone.now(), canais=["push"])

    with django_capture_on_commit_callbacks(execute=True):
        for aparelho in dois_aparelhos:
            aparelho.post("/sair/")

    assert enviar_avisos() == 0 and Mensagem.objects.get().erro_codigo == "sem-inscricao"


def test_inscrever_o_navegador_de_novo_vale_para_a_entrada_em_que_se_esta(com_push):
    pessoa = fabricar_pessoa()
    for _ in range(2):
        aparelho = entrar(Client(), pessoa)
        inscrever_por(aparelho, ENDPOINT)

    assert str(InscricaoPush.objects.get().da_entrada) == aparelho.session["entrada_id"]


def test_trabalhador_e_servido_na_raiz_e_sempre_novo(client):
    resposta = client.get("/avisos-sw.js")

    assert resposta["Content-Type"].startswith("text/javascript") and resposta["Cache-Control"] == "no-cache"
    assert b"showNotification" in b"".join(resposta.streaming_content)
    assert client.post("/avisos-sw.js").status_code == 405
