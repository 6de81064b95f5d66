"""O assistente no navegador: a página, o painel que abre em qualquer outra, o teclado, e a conversa até o chamado aberto."""

import re

import pytest
from playwright.sync_api import Page, expect

from pen.assistente.models import Conversa
from pen.atendimento.models import Chamado
from pen.atendimento.selectors.expediente import esquecer_expediente
from pen.atendimento.services.carga import carregar_atendimento
from pen.conhecimento.public import carregar_sinonimos
from tests.apoio_de_navegador import COMBINACOES, LARGURAS, abrir, defeitos, entrar_de_novo, erros_do_console, transborda
from tests.fabricas.conhecimento import fabricar_artigo
from tests.fabricas.identidade import fabricar_orgao, fabricar_sistema
from tests.fabricas.pessoas import fabricar_central, fabricar_gestor
from tests.fabricas.protocolo import documento, enviar, movimento

pytestmark = [pytest.mark.sistema, pytest.mark.django_db(transaction=True)]
COMPRIDA = "https://exemplo.gov.br/" + "comprido" * 30


@pytest.fixture(autouse=True)
def base(transactional_db):
    """A Central, uma base pequena e um processo."""
    esquecer_expediente()
    carregar_atendimento()
    passos = "# Até 48 horas\n\n1. Abra o chamado.\n2. Escolha «Reabrir o chamado».\n\n# Depois\n\nAbra outro."
    fabricar_artigo("Como reabrir um chamado encerrado?", corpo=passos, produto="sei")
    fabricar_artigo("Como acompanhar um processo por e-mail?", corpo="Entre e escolha «Acompanhar».")
    for produto in ("sei", "portal-tramita-gov-br"):
        fabricar_artigo(f"Solicitar perfil no {produto}", corpo=f"Peça ao {produto}.", produto=produto)
    enviar(fabricar_sistema(), documento("50650.001658/2017-17", movimento(), assunto="Concessão de uso"))


def campo(tela: Page):
    return tela.get_by_label("Sua pergunta")


def conversar(tela: Page, texto: str, resposta: str) -> None:
    """Pergunta com Enter e espera a resposta no registro."""
    campo(tela).fill(texto)
    campo(tela).press("Enter")
    expect(tela.get_by_role("log").get_by_role("listitem").last).to_contain_text(resposta)


def abrir_painel(tela: Page, base: str) -> None:
    tela.goto(base)
    tela.get_by_role("complementary", name="Assistente").get_by_role("link").click()
    expect(campo(tela)).to_be_focused()


@pytest.mark.parametrize(("largura", "contraste"), COMBINACOES)
def test_cada_resposta_passa_no_axe_e_cabe_na_tela(navegador, live_server, largura, contraste):
    endereco = live_server.url
    tela = abrir(navegador, largura, base=endereco, contraste=contraste)
    erros = erros_do_console(tela, "422")
    tela.goto(f"{endereco}/assistente/")
    expect(tela.get_by_text("Sou um programa")).to_be_visible()
    achados = defeitos(tela, "vazia")
    for texto, resposta in (
        ("como reabrir um chamado encerado", "Encontrei isto"), ("acompanhar email bolo chocolate", "Não tenho certeza"),
        ("solicitar perfil", "De qual você fala?"), ("cadê o 50650.001658/2017-17?", "Concessão de uso"),
        ("50650.000001/2017-50", "Não há processo público"), ("bolo de fubá", "Não sei responder a isso"),
        ("você é um robô?", "não uma pessoa"), ("falar com um atendente", "Uma pessoa responde"), (COMPRIDA, "Não sei"),
    ):  # fmt: skip
        conversar(tela, texto, resposta)
    achados += defeitos(tela, "com cada resposta")
    tela.get_by_role("button", name="Perguntar").click()
    expect(tela.get_by_role("alert")).to_contain_text("Escreva a sua pergunta.")
    achados += defeitos(tela, "com erro")
    abrir_painel(tela, endereco)
    achados += defeitos(tela, "o painel, com a conversa")
    de_novo = abrir(navegador, largura, base=endereco, contraste=contraste)
    abrir_painel(de_novo, endereco)
    achados += defeitos(de_novo, "o painel, vazio")

    assert achados + erros == []


@pytest.mark.parametrize(("largura", "contraste"), COMBINACOES)
def test_as_paginas_de_quem_escreve_passam_no_axe(navegador, live_server, largura, contraste):
    carregar_sinonimos()
    endereco = live_server.url
    tela = abrir(navegador, largura, base=endereco, pessoa=fabricar_central(), contraste=contraste)
    tela.goto(f"{endereco}/assistente/")
    conversar(tela, "zebra listrada", "Não sei responder a isso")
    achados = []
    for caminho in (
        "/assistente/perguntas/", "/assistente/chamado/", "/conhecimento/redacao/sinonimos/", "/conhecimento/?palavras=chamdo",
    ):  # fmt: skip
        tela.goto(endereco + caminho)
        achados += defeitos(tela, caminho)
    assert achados == []


@pytest.mark.parametrize("largura", LARGURAS)
def test_o_painel_abre_conversa_e_fecha_so_com_o_teclado(navegador, live_server, largura):
    tela = abrir(navegador, largura)
    erros = erros_do_console(tela)
    tela.goto(live_server.url)
    chamada = tela.get_by_role("complementary", name="Assistente").get_by_role("link")
    chamada.focus()
    expect(chamada).to_have_attribute("aria-expanded", "false")
    tela.keyboard.press("Enter")
    expect(campo(tela)).to_be_focused()
    expect(chamada).to_have_attribute("aria-expanded", "true")

    tela.keyboard.type("como reabrir")
    tela.keyboard.press("Shift+Enter")
    tela.keyboard.type("um chamado encerrado")
    expect(campo(tela)).to_have_value("como reabrir\num chamado encerrado")
    tela.keyboard.press("Enter")
    expect(tela.get_by_role("log")).to_contain_text("Encontrei isto na base de conhecimento")
    expect(campo(tela)).to_be_focused()
    expect(campo(tela)).to_have_value("")
    assert tela.url.rstrip("/") == live_server.url and not transborda(tela)

    tela.keyboard.press("Escape")
    expect(chamada).to_be_focused()
    expect(chamada).to_have_attribute("aria-expanded", "false")
    expect(campo(tela)).to_be_hidden()
    tela.keyboard.press("Enter")
    expect(tela.get_by_role("log")).to_contain_text("Encontrei isto")
    tela.get_by_role("button", name="Fechar").click()
    expect(chamada).to_be_focused()
    assert erros == []


def test_o_registro_anuncia_so_a_fala_nova(navegador, live_server):
    """O leitor de tela diz o que se põe no registro: as falas que já estavam nele não podem ser postas de novo."""
    tela = abrir(navegador, 1280)
    tela.goto(f"{live_server.url}/assistente/")
    conversar(tela, "como reabrir um chamado encerrado", "Encontrei isto")
    tela.evaluate(
        "window.postas = []; new MutationObserver(m => window.postas.push(...m.flatMap(x => [...x.addedNodes])"
        ".map(n => n.textContent))).observe(document.querySelector('[role=log]'), {childList: true, subtree: true})"
    )
    conversar(tela, "bolo de fubá", "Não sei responder a isso")

    (posta,) = tela.evaluate("window.postas")
    assert "bolo de fubá" in posta and "reabrir" not in posta


def test_opinar_nao_apaga_o_que_se_escrevia_e_o_foco_fica_na_resposta(navegador, live_server):
    tela = abrir(navegador, 1280)
    tela.goto(f"{live_server.url}/assistente/")
    conversar(tela, "como reabrir um chamado encerrado", "Encontrei isto")
    campo(tela).fill("e outra coisa")
    tela.get_by_role("button", name="Sim").click()
    expect(tela.get_by_text("Obrigado por dizer que ajudou.")).to_be_visible()

    expect(campo(tela)).to_have_value("e outra coisa")
    expect(tela.get_by_role("log").get_by_role("listitem").last).to_be_focused()


def test_sem_conexao_diz_e_guarda_o_que_se_escreveu(navegador, live_server):
    tela = abrir(navegador, 360)
    abrir_painel(tela, live_server.url)
    tela.context.set_offline(True)
    campo(tela).fill("como reabrir um chamado")
    campo(tela).press("Enter")
    expect(tela.get_by_text("Não consegui responder agora.")).to_be_visible()
    expect(campo(tela)).to_have_value("como reabrir um chamado")
    tela.context.set_offline(False)
    campo(tela).press("Enter")
    expect(tela.get_by_role("log")).to_contain_text("Reabrir o chamado")


def test_sem_script_o_botao_leva_a_pagina_e_a_conversa_anda(navegador, live_server):
    tela = abrir(navegador, 360, script=False)
    tela.goto(live_server.url)
    tela.get_by_role("complementary", name="Assistente").get_by_role("link").click()
    expect(tela.get_by_role("heading", level=1)).to_have_text("Assistente")
    campo(tela).fill("solicitar perfil")
    tela.get_by_role("button", name="Perguntar").click()
    tela.get_by_role("button", name="SEI", exact=True).click()
    expect(tela.get_by_text("Peça ao sei.")).to_be_visible()
    tela.get_by_role("button", name="Sim").click()
    expect(tela.get_by_text("Obrigado por dizer que ajudou.")).to_be_visible()
    tela.get_by_role("button", name="Começar de novo").click()
    expect(tela.get_by_text("Peça ao sei.")).to_have_count(0)


@pytest.mark.parametrize(("largura", "script"), [(360, True), (1280, False)])
def test_da_pergunta_que_a_base_nao_sabe_ao_chamado_aberto(navegador, live_server, largura, script):
    endereco, pessoa = live_server.url, fabricar_gestor(fabricar_orgao(sigla="AGTT", nome="Agência de Testes"))
    tela = abrir(navegador, largura, base=endereco, script=script)
    erros = erros_do_console(tela)
    tela.goto(f"{endereco}/assistente/")
    campo(tela).fill("O SEI dá erro azul quando anexo a quimera")
    tela.get_by_role("button", name="Perguntar").click()
    expect(tela.get_by_text("Não sei responder a isso")).to_be_visible()

    # quem não entrou, entra, e a conversa vai junto
    tela.get_by_role("button", name="Abrir um chamado com esta conversa").click()
    tela.wait_for_url(re.compile("/entrar/"))
    entrar_de_novo(tela, endereco, pessoa)
    tela.goto(f"{endereco}/assistente/")
    tela.get_by_role("button", name="Abrir um chamado com esta conversa").click()

    # a esfera, o produto e o tipo estão no endereço; o resto, escrito
    tela.wait_for_url(f"{endereco}/atendimento/federal/sei/reportar-erro/")
    expect(tela.get_by_role("heading", level=1)).to_have_text("Reportar um erro: SEI")
    expect(tela.locator("[name=orgao]")).to_have_value("AGTT")
    expect(tela.locator("[name=assunto]")).to_have_value("O SEI dá erro azul quando anexo a quimera")
    expect(tela.locator("[name=descricao]")).to_have_value(re.compile("— O SEI dá erro azul.*disse que não sabe", re.S))
    tela.locator("[name=r_passos]").fill("1. Anexar")
    tela.locator("[name=r_ambiente]").select_option("Produção")
    tela.get_by_role("button", name="Abrir o chamado").click()

    expect(tela.get_by_text("Está na fila da equipe")).to_be_visible()
    expect(tela.locator("main")).to_contain_text("Conversa com o assistente:")
    chamado = Chamado.objects.get()
    assert (chamado.solicitante, chamado.orgao.sigla, chamado.produto.codigo) == (pessoa, "AGTT", "sei")
    assert Conversa.objects.get().encaminhada_em is not None and erros == []
