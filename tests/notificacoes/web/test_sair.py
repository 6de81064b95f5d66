"""Os links que vão em cada e-mail."""

import re

import pytest
from django.test import Client

from pen.notificacoes.models import Aviso, Mensagem
from pen.notificacoes.public import registrar_cancelador
from pen.notificacoes.segredos import token_de_cancelamento, token_de_pausa
from pen.notificacoes.selectors.preferencias import preferencias_de
from tests.notificacoes.apoio import fabricar_pessoa, pedir, pedir_e_enviar, vencer

pytestmark = pytest.mark.django_db
UM_CLIQUE = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def rigoroso():
    """Sem entrar, sem cookie, com a conferência contra falsificação ligada: como um programa de correio."""
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def cancelados():
    pedidos = []
    registrar_cancelador("teste", lambda pessoa_id, dados: pedidos.append((pessoa_id, dados)))
    return pedidos


@pytest.fixture
def ana(cancelados, mailoutbox):
    pessoa = fabricar_pessoa()
    pedir_e_enviar(pessoa, "a", "b")
    return pessoa


def link(mailoutbox, *, cabecalho: bool = True) -> str:
    return re.search(r"://[^/]+(/[^>]+)>", mailoutbox[0].message()["List-Unsubscribe"])[1]


def test_descadastro_so_por_post_abrir_o_link_nao_cancela_nada(rigoroso, ana, cancelados, mailoutbox):
    resposta = rigoroso.get(link(mailoutbox))

    assert resposta.status_code == 200 and "<button" in resposta.text and not cancelados
    assert resposta["Referrer-Policy"] == "no-referrer" and "noindex" in resposta["X-Robots-Tag"]


def test_um_clique_cancela_sem_entrar_e_de_novo_responde_o_mesmo(rigoroso, ana, cancelados, mailoutbox):
    primeira, segunda = (rigoroso.post(link(mailoutbox), UM_CLIQUE) for _ in range(2))

    assert primeira.status_code == segunda.status_code == 200 and "Pronto" in primeira.text
    assert [(quem, sorted(d["chave"] for d in dados)) for quem, dados in cancelados] == [(ana.pk, ["a", "b"])] * 2


def test_o_botao_da_pagina_cancela(rigoroso, ana, cancelados, mailoutbox):
    acao = re.search(r'<form method="post" action="(/avisos/[^"]+)"', rigoroso.get(link(mailoutbox)).text)[1]

    assert rigoroso.post(acao).status_code == 200 and len(cancelados) == 1


def test_o_urgente_da_mensagem_nao_e_cancelado(rigoroso, cancelados, mailoutbox):
    ana = fabricar_pessoa()
    pedir(ana, "comum")
    pedir(ana, "urgente", urgente=True)
    vencer()
    pedir_e_enviar(ana, "outro")

    rigoroso.post(link(mailoutbox), UM_CLIQUE)

    assert [d["chave"] for d in cancelados[0][1]] == ["comum", "outro"]


def test_mensagem_que_ja_nao_se_guarda_diz_o_que_fazer(rigoroso, ana, cancelados, mailoutbox):
    Aviso.objects.all().delete()
    Mensagem.objects.all().delete()

    resposta = rigoroso.post(link(mailoutbox), UM_CLIQUE)

    assert resposta.status_code == 200 and "Este link venceu" in resposta.text and not cancelados


def test_pausar_pelo_link_so_com_o_botao_e_sem_entrar(rigoroso, ana):
    endereco = f"/avisos/pausar/{token_de_pausa(ana.pk)}/"

    assert "<button" in rigoroso.get(endereco).text and preferencias_de(ana).pausado_em is None
    for _ in range(2):
        assert rigoroso.post(endereco, UM_CLIQUE).status_code == 200
    assert preferencias_de(ana).pausado_em


@pytest.mark.parametrize("endereco", ["cancelar", "pausar"])
@pytest.mark.parametrize("token", ["lixo", "a.b", "1.assinatura-falsa", "." * 10])
def test_link_que_nao_e_nosso_nao_existe(rigoroso, endereco, token):
    assert rigoroso.get(f"/avisos/{endereco}/{token}/").status_code == 404
    assert rigoroso.post(f"/avisos/{endereco}/{token}/").status_code == 404


def test_token_de_um_ato_nao_serve_para_outro(rigoroso, ana):
    mensagem = Mensagem.objects.get()

    assert rigoroso.post(f"/avisos/pausar/{token_de_cancelamento(mensagem.pk)}/").status_code == 404
    assert rigoroso.post(f"/avisos/cancelar/{token_de_pausa(ana.pk)}/").status_code == 404


def test_outro_metodo_e_recusado(rigoroso, ana, mailoutbox):
    assert rigoroso.delete(link(mailoutbox)).status_code == 405


def test_pagina_nao_diz_de_quem_e_nem_do_que_trata(rigoroso, ana, mailoutbox):
    html = rigoroso.get(link(mailoutbox)).text

    assert ana.email not in html and "Processo a" not in html
