"""A Central sem mouse: quem abre e quem atende, só com Tab, Enter e o que se digita."""

import pytest
from playwright.sync_api import Page, expect

from pen.atendimento.models import Chamado
from pen.atendimento.selectors.expediente import esquecer_expediente
from pen.atendimento.services.carga import carregar_atendimento
from tests.apoio_de_navegador import abrir
from tests.fabricas.atendimento import fabricar_atendente
from tests.fabricas.identidade import fabricar_orgao
from tests.fabricas.pessoas import fabricar_pessoa

pytestmark = [pytest.mark.sistema, pytest.mark.django_db(transaction=True)]
TABS_MAXIMO = 80
# O que se lê no que está em foco, ou o nome do campo; e se se vê que está em foco.
EM_FOCO = """() => {
  const e = document.activeElement;
  const texto = e.name && !["submit", "button"].includes(e.type) ? e.name : e.getAttribute("aria-label") || e.textContent;
  const { outlineStyle, outlineWidth } = getComputedStyle(e);
  return [texto.trim(), outlineStyle !== "none" && parseFloat(outlineWidth) > 0];
}"""


def ir_ate(tela: Page, nome: str) -> None:
    """Tab até o que tem este nome; no caminho, tudo que recebe o foco mostra que o recebeu."""
    for _ in range(TABS_MAXIMO):
        tela.keyboard.press("Tab")
        texto, visivel = tela.evaluate(EM_FOCO)
        assert visivel, f"não se vê o foco em «{texto}»"
        if texto == nome or texto.endswith(f"-{nome}"):
            return
    pytest.fail(f"«{nome}» não se alcança com Tab")


def seguir(tela: Page, nome: str) -> None:
    ir_ate(tela, nome)
    with tela.expect_navigation():
        tela.keyboard.press("Enter")


def escrever(tela: Page, campo: str, texto: str) -> None:
    ir_ate(tela, campo)
    tela.keyboard.type(texto)


def test_jornada_so_teclado(navegador, live_server):
    esquecer_expediente()
    carregar_atendimento()
    base, orgao = live_server.url, fabricar_orgao(sigla="AGTT")
    tela, da_equipe = (
        abrir(navegador, 1280, base=base, pessoa=p) for p in (fabricar_pessoa(), fabricar_atendente())
    )  # fmt: skip

    tela.goto(f"{base}/atendimento/")
    for destino in ("Executivo Federal", "SEI", "Reportar um erro"):
        seguir(tela, destino)
    escrever(tela, "assunto", "Erro ao assinar")
    seguir(tela, "Continuar")
    for campo, texto in {
        "orgao": "AGTT", "descricao": "Página em branco.", "r_passos": "1. Assinar", "r_ambiente": "Produção",
    }.items():  # fmt: skip
        escrever(tela, campo, texto)
    seguir(tela, "Abrir o chamado")
    chamado = Chamado.objects.get()
    assert (chamado.orgao, chamado.respostas["ambiente"]) == (orgao, "Produção")

    da_equipe.goto(f"{base}/atendimento/fila/")
    seguir(da_equipe, chamado.protocolo)
    seguir(da_equipe, "Assumir")
    escrever(da_equipe, "texto", "Instale a 4.1.3.")
    seguir(da_equipe, "Responder")
    expect(da_equipe.locator(".conversa-texto", has_text="Instale a 4.1.3.")).to_be_visible()

    tela.reload()
    ir_ate(tela, "A solução serviu: encerrar")
    tela.keyboard.press("Enter")  # abre o passo
    seguir(tela, "A solução serviu: encerrar")
    expect(tela.get_by_text("Encerrado em")).to_be_visible()
