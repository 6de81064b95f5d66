"""Da recusa à resposta, no navegador, com script e sem ele; e todas as páginas pelo axe."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from pen.correio.enums import Situacao
from pen.correio.models import Conversa, Expressao
from pen.correio.services.comunicados import escrever_comunicado
from pen.correio.services.conversas import anotar_na_conversa
from tests.apoio_de_navegador import COMBINACOES, abrir, defeitos, erros_do_console, marcar
from tests.correio.conftest import preparar_caixas
from tests.fabricas.correio import SUPORTE, chegar, responder
from tests.fabricas.pessoas import fabricar_central

pytestmark = [pytest.mark.sistema, pytest.mark.django_db(transaction=True)]
CASO = "Esclarecimentos sobre diretrizes"


@pytest.fixture(autouse=True)
def _caixas(transactional_db, settings, tmp_path):
    preparar_caixas(settings, tmp_path / "anexos")


def fotografar(tela: Page, nome: str) -> None:
    """Com ``FOTOS_EM``, guarda a tela para olhar."""
    if pasta := os.environ.get("FOTOS_EM"):
        tela.screenshot(path=Path(pasta) / f"{nome}-{tela.viewport_size['width']}.png", full_page=True)


@pytest.mark.parametrize("com_script", [True, False])
def test_da_recusa_a_resposta(navegador, live_server, com_script):
    base = live_server.url
    chegar(SUPORTE, assunto="Urgente")
    tela = abrir(navegador, 360, base=base, pessoa=fabricar_central(), script=com_script)
    erros = erros_do_console(tela, "422")

    tela.goto(f"{base}/atendimento/")
    tela.get_by_role("link", name="E-mails institucionais").click()
    expect(tela.get_by_role("heading", name="Conversas das caixas")).to_be_visible()
    tela.get_by_role("link", name="Recusadas por serem suporte").click()
    tela.get_by_role("link", name="Urgente").click()
    expect(tela.get_by_text("Parece um pedido de suporte.")).to_be_visible()
    tela.get_by_role("button", name="Não era suporte").click()
    expect(tela.get_by_role("button", name="Assumir")).to_be_visible()

    tela.get_by_label("Resposta", exact=True).fill("Não era mesmo.")
    tela.get_by_role("button", name="Enviar a resposta").click()
    expect(tela.get_by_role("alert")).to_contain_text("Diga de que caso se trata.")
    item = tela.locator("details", has=tela.get_by_role("button", name="Enviar a resposta"))
    marcar(item, CASO)
    item.get_by_role("button", name="Enviar a resposta").click()
    expect(tela.locator(".conversa").get_by_text("Não era mesmo.")).to_be_visible()
    tela.get_by_text("Arquivar", exact=True).click()
    tela.get_by_label("Por que se arquiva").fill("Resolvida.")
    tela.get_by_role("button", name="Arquivar a conversa").click()
    expect(tela.get_by_role("button", name="Reabrir")).to_be_visible()

    assert Conversa.objects.get().situacao == Situacao.ARQUIVADA and not erros


@pytest.mark.parametrize(("largura", "contraste"), COMBINACOES)
def test_as_paginas_passam_pelo_axe(navegador, live_server, largura, contraste):
    base, central = live_server.url, fabricar_central()
    longa = "palavra" * 30
    conversa = chegar("Qual é o prazo?\n\nGrata.", assunto=f"Adesão {longa}", anexos={f"{longa}.pdf": b"x" * 3_000_000})
    anotar_na_conversa(por=central, chave=conversa.chave, texto="Conferir o prazo antes de responder.")
    recusada = chegar(SUPORTE, assunto="Urgente", de="outra@orgao.exemplo")
    respondida = responder(chegar("E o termo?", assunto="Termo", de="c@orgao.exemplo"), fabricar_central(), "Chegou.")
    comunicado = escrever_comunicado(
        por=fabricar_central(),
        caixa="processo-eletronico",
        assunto=f"Aviso {longa}",
        texto="Um aviso.",
        esferas=["federal"],
    )
    tela = abrir(navegador, largura, base=base, pessoa=central, contraste=contraste)
    erros, achados = erros_do_console(tela), []
    paginas = {
        "inicio": "", "conversas": "conversas/?situacao=", "conversa": f"conversas/{conversa.chave}/",
        "recusada": f"conversas/{recusada.chave}/", "respondida": f"conversas/{respondida.chave}/",
        "numeros": "numeros/", "comunicados": "comunicados/",
        "comunicado": f"comunicados/{comunicado.pk}/", "escrever": "comunicados/novo/",
        "caixa": "caixas/adesao-pen/", "triagem": "triagem/", "expressao": f"triagem/{Expressao.objects.first().pk}/",
    }  # fmt: skip
    for nome, endereco in paginas.items():
        tela.goto(f"{base}/correio/{endereco}")
        expect(tela.locator("h1")).to_be_visible()
        if nome in {"conversa", "recusada"}:
            tela.evaluate("document.querySelectorAll('main details').forEach(d => d.open = true)")
        achados += defeitos(tela, nome)
        fotografar(tela, nome)

    assert achados == [] and erros == []
