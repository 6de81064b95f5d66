"""As páginas no navegador de verdade: sem script, em tela de celular e de mesa, com axe e só com o teclado."""

import re

import pytest
from playwright.sync_api import expect

from pen.identidade.models import Orgao
from tests.apoio_de_navegador import COMBINACOES, LARGURAS, abrir, defeitos, erros_do_console, transborda
from tests.fabricas.identidade import fabricar_orgao, fabricar_sistema
from tests.fabricas.protocolo import documento, enviar, interessados, movimento

pytestmark = [pytest.mark.sistema, pytest.mark.django_db(transaction=True)]
PUBLICO, RESTRITO = "50650.001658/2017-17", "50650.002822/2017-03"
PAGINAS = [
    "/", "/ajuda/", "/ajuda/orgaos/", "/nup/", f"/nup/?numero={PUBLICO}", "/nup/?numero=123", "/nup/?numero=",
    "/protocolo/consulta/", "/protocolo/consulta/?q=transporte", "/protocolo/consulta/?q=inexistente", "/protocolo/consulta/?q=de",
    "/protocolo/processos/50650001658201717/", "/protocolo/processos/50650002822201703/", "/protocolo/processos/50650001658201718/",
    "/api/v1/documentacao", "/endereco-que-nao-existe",
]  # fmt: skip


@pytest.fixture
def portal(live_server) -> str:
    """O endereço de um portal com um processo público e um restrito."""
    orgao = fabricar_sistema(fabricar_orgao(sigla="ANTT", nome="Agência Nacional de Transportes Terrestres"))
    Orgao.objects.update(consulta_publica="https://sei.exemplo.gov.br/{numero}")
    andamentos = [
        movimento(f"2024-03-{dia:02}T10:00:00-03:00", f"Processo remetido pela unidade PROT{dia}") for dia in range(1, 9)
    ]
    enviar(
        orgao,
        documento(PUBLICO, *andamentos, assunto="Transporte de carga: multa", interessados=interessados("Ana Souza", "Beto Lima"),
                  relacionados=[RESTRITO, "50650.009999/2017-00"]),
        documento(RESTRITO, movimento(operacao="Processo Restrito gerado"), assunto="Sindicância"),
    )  # fmt: skip
    return live_server.url


@pytest.mark.parametrize("largura", LARGURAS)
@pytest.mark.parametrize("script", [True, False], ids=["com-script", "sem-script"])
def test_cidadao_digita_o_numero_e_ve_o_processo(navegador, portal, largura, script):
    tela = abrir(navegador, largura, script=script)
    tela.goto(portal)
    tela.get_by_label("Número do processo").fill(PUBLICO)
    tela.get_by_role("button", name="Consultar").click()

    expect(tela.get_by_role("heading", level=1)).to_have_text(f"Processo {PUBLICO}")
    expect(tela.get_by_text("Transporte de carga: multa")).to_be_visible()
    expect(tela.get_by_text("Ana Souza")).to_be_visible()
    expect(tela.locator(".andamento")).to_have_count(8)


def test_so_com_o_teclado_se_consulta(navegador, portal):
    tela = abrir(navegador, 1280)
    tela.goto(portal)
    for _ in range(20):
        tela.keyboard.press("Tab")
        if tela.evaluate("document.activeElement.name") == "q":
            break
    tela.keyboard.type(PUBLICO)
    tela.keyboard.press("Enter")
    tela.wait_for_url("**/protocolo/processos/**")

    expect(tela).to_have_title(re.compile(re.escape(PUBLICO)))


@pytest.mark.parametrize(("largura", "contraste"), COMBINACOES)
def test_axe_nao_acha_violacao_em_pagina_nenhuma(navegador, portal, largura, contraste):
    tela = abrir(navegador, largura, base=portal, contraste=contraste)
    achados = []
    for pagina in PAGINAS:
        tela.goto(portal + pagina)
        achados += defeitos(tela, pagina)

    assert achados == []


def test_nada_transborda_nem_vem_de_fora_nem_fere_a_politica_de_conteudo(navegador, portal):
    tela = abrir(navegador, 360)
    reclamacoes = erros_do_console(tela, "404")
    tela.on("request", lambda r: None if r.url.startswith(portal) else reclamacoes.append(r.url))
    for pagina in PAGINAS:
        tela.goto(portal + pagina)
        if transborda(tela):
            reclamacoes.append(f"{pagina} transborda a tela de 360 px")

    assert reclamacoes == []


def test_alto_contraste_fica_ligado_ate_ser_desligado(navegador, portal):
    tela = abrir(navegador, 1280, script=False)
    tela.goto(f"{portal}/ajuda/")
    tela.get_by_role("button", name="Alto contraste").click()

    expect(tela).to_have_url(f"{portal}/ajuda/")
    expect(tela.locator("html.alto-contraste")).to_have_count(1)
    tela.goto(portal)
    tela.get_by_role("button", name="Contraste normal").click()
    expect(tela.locator("html.alto-contraste")).to_have_count(0)


def test_busca_avancada_por_orgao_e_nome(navegador, portal):
    tela = abrir(navegador, 1280, script=False)
    tela.goto(f"{portal}/protocolo/consulta/")
    tela.get_by_text("Busca avançada").click()
    tela.get_by_label("Nome do interessado").fill("beto lima")
    tela.get_by_label("Órgão").fill("antt")
    tela.get_by_role("button", name="Consultar").click()

    expect(tela.get_by_role("link", name=PUBLICO).first).to_be_visible()
    assert "beto" not in tela.url
