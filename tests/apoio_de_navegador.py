"""O que os testes com navegador repetem: abrir uma tela, entrar, e saber o que há de errado na página."""

import re
from pathlib import Path

from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, expect

from pen.identidade.models import Pessoa
from tests.fabricas.pessoas import entrar

LARGURAS = [360, 1280]
# O que o axe percorre: as duas larguras e os dois contrastes, cada um uma vez, e não os quatro pares.
COMBINACOES = [(360, "alto"), (1280, "normal")]
AXE = Path(__file__).parents[1] / "node_modules/axe-core/axe.min.js"
REGRAS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
DA_LARGURA = ["color-contrast", "target-size"]  # o que muda quando só mudam a largura e as cores


def abrir(
    navegador: Browser,
    largura: int = 360,
    *,
    base: str = "",
    pessoa: Pessoa | None = None,
    contraste: str = "",
    script: bool = True,
) -> Page:
    """Uma tela nova, sem nada de outra; em ``base``, com a sessão da pessoa e o contraste ("normal" ou "alto")."""
    contexto = navegador.new_context(viewport={"width": largura, "height": 800}, java_script_enabled=script)
    if contraste:
        contexto.add_cookies([{"name": "contraste", "value": contraste, "url": base}])
    tela = contexto.new_page()
    if pessoa is not None:
        entrar_de_novo(tela, base, pessoa)
    return tela


def entrar_de_novo(tela: Page, base: str, pessoa: Pessoa) -> None:
    """Troca a sessão da tela por uma que a pessoa acaba de abrir."""
    sessao = entrar(Client(), pessoa).cookies[settings.SESSION_COOKIE_NAME].value
    tela.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": sessao, "url": base}])


def entrar_pelo_govbr_de_teste(tela: Page, nome: str) -> None:
    """Da página que pede para entrar até a volta, como a conta de teste com esse nome."""
    tela.get_by_role("link", name="Entrar com gov.br").click()
    marcar(tela, re.compile(nome))
    tela.get_by_role("button", name="Entrar").first.click()


def marcar(onde: Page | Locator, rotulo: str | re.Pattern[str]) -> None:
    """Marca a opção como quem usa a página: clica no quadrinho desenhado à esquerda do rótulo, quando a página assentou.

    O campo mesmo é invisível; ``check(force=True)`` clicaria onde ele estava, ainda que a página se mova debaixo do dedo.
    """
    onde.locator("label").filter(has_text=rotulo).click(position={"x": 8, "y": 8})
    expect(onde.get_by_label(rotulo)).to_be_checked()


def violacoes(tela: Page, onde: str = "") -> list[tuple[str, str, str]]:
    """O que o axe acha na página aberta: onde, a regra e o primeiro elemento que a fere.

    Na tela estreita, todas as regras; na larga, que tem o mesmo HTML, só as que dependem do tamanho e das cores.
    """
    tela.wait_for_load_state()  # quem clicou pode ter chegado antes do fim da página
    tela.evaluate(AXE.read_text())
    regras = REGRAS if tela.viewport_size["width"] == LARGURAS[0] else {"type": "rule", "values": DA_LARGURA}
    achado = tela.evaluate('regras => axe.run({runOnly: regras, resultTypes: ["violations"]})', regras)
    return [(onde, v["id"], v["nodes"][0]["html"][:200]) for v in achado["violations"]]


def transborda(tela: Page) -> bool:
    """Se a página pede rolagem para o lado."""
    return tela.evaluate("document.documentElement.scrollWidth") > tela.viewport_size["width"]


def defeitos(tela: Page, onde: str) -> list[object]:
    """As violações da página aberta e, se transborda, isso também."""
    return [*violacoes(tela, onde), *([f"{onde} transborda"] if transborda(tela) else [])]


def erros_do_console(tela: Page, *esperados: str) -> list[str]:
    """Uma lista que cresce com os erros da tela (a política de conteúdo ferida é um), menos os que têm um texto esperado."""
    erros: list[str] = []

    def ouvir(mensagem: ConsoleMessage) -> None:
        if mensagem.type == "error" and not any(esperado in mensagem.text for esperado in esperados):
            erros.append(mensagem.text)

    tela.on("console", ouvir)
    return erros
