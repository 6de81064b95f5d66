"""As páginas da adesão no navegador: sem script, nas duas larguras, com axe."""

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page

from pen.identidade.public import Ambiente, autenticar_sistema
from pen.protocolo_integrado.enums import SituacaoDaAdesao
from tests.fabricas.adesao import fabricar_adesao, homologar, pedir, renovar
from tests.fabricas.identidade import fabricar_orgao, fabricar_sistema
from tests.fabricas.pessoas import entrar, fabricar_central, fabricar_pessoa
from tests.fabricas.protocolo import documento, enviar, movimento
from tests.sistema.test_navegador import AXE, LARGURAS

pytestmark = [pytest.mark.sistema, pytest.mark.django_db(transaction=True)]
REGRAS = "axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})"


def abrir(navegador: Browser, base: str, pessoa, largura: int, *, script: bool = True) -> Page:
    """Uma tela com a sessão da pessoa."""
    cookie = entrar(Client(), renovar(pessoa)).cookies[settings.SESSION_COOKIE_NAME].value
    contexto = navegador.new_context(viewport={"width": largura, "height": 800}, java_script_enabled=script)
    contexto.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": base}])
    return contexto.new_page()


@pytest.fixture
def caso():
    caso = fabricar_adesao(SituacaoDaAdesao.EM_CONFERENCIA, orgao=fabricar_orgao(sigla="ANTT", nome="Agência Nacional"))
    sistema = fabricar_sistema(caso.orgao, Ambiente.HOMOLOGACAO)
    restrito = documento(
        None, movimento(operacao="Processo Restrito gerado", unidade=""), produzido_em="2024-04-01T00:00:00-03:00"
    )
    enviar(sistema, restrito, documento(), documento("sem algarismo"), documento(assunto=""))
    return caso


@pytest.mark.parametrize("contraste", ["normal", "alto"])
@pytest.mark.parametrize("largura", LARGURAS)
def test_axe_nao_acha_violacao_e_nada_transborda(navegador, live_server, caso, largura, contraste):
    base, reclamacoes = live_server.url, []
    tela = abrir(navegador, base, caso.central, largura)
    tela.context.add_cookies([{"name": "contraste", "value": contraste, "url": base}])
    tela.on("console", lambda m: reclamacoes.append(m.text) if m.type == "error" and "422" not in m.text else None)
    orgao, adesao = f"/orgaos/{caso.orgao.pk}", f"/adesao/{caso.pk}"
    credencial = caso.adesao.credencial_homologacao_id
    paginas = [
        "/adesao/", "/adesao/pedir/", f"{adesao}/", f"{adesao}/cancelar/", "/central/adesoes/", f"{orgao}/credenciais/",
        f"{orgao}/credenciais/{credencial}/revogar/", f"{orgao}/responsavel/",
    ]  # fmt: skip

    def conferir(onde: str) -> None:
        tela.evaluate(AXE.read_text())
        violacoes = tela.evaluate(REGRAS)["violations"]
        reclamacoes.extend((onde, v["id"], v["nodes"][0]["html"][:160]) for v in violacoes)
        if tela.evaluate("document.documentElement.scrollWidth") > largura:
            reclamacoes.append(f"{onde} transborda")

    for pagina in paginas:
        tela.goto(base + pagina)
        conferir(pagina)
    for pagina, botao in [
        ("/adesao/pedir/", "Pedir"),
        (f"{adesao}/", "Recusar o pedido"),
        (f"{adesao}/", "Aprovar a produção"),
    ]:
        tela.goto(base + pagina)
        tela.get_by_role("button", name=botao, exact=True).click()
        assert tela.title().startswith("Erro: ")
        conferir(f"{pagina} com erro")
    do_orgao = abrir(navegador, base, fabricar_adesao(SituacaoDaAdesao.CONCLUIDA).responsavel, largura)
    tela = do_orgao
    tela.goto(f"{base}/adesao/")
    tela.locator(".lista-de-itens a").first.click()
    conferir("adesão concluída")
    tela.get_by_role("button", name="Criar a credencial de produção").click()
    conferir("senha")

    assert reclamacoes == []


@pytest.mark.parametrize("largura", LARGURAS)
def test_sem_script_o_orgao_vai_do_pedido_a_senha_que_entra(navegador, live_server, largura):
    orgao, ana, bia = fabricar_orgao(sigla="ANTT"), fabricar_pessoa(), fabricar_central()
    tela = abrir(navegador, live_server.url, ana, largura, script=False)
    central = abrir(navegador, live_server.url, bia, largura, script=False)

    tela.goto(f"{live_server.url}/adesao/")
    tela.get_by_role("link", name="Pedir a adesão do meu órgão").click()
    for rotulo, valor in [("Órgão", "antt"), ("Cargo ou função", "Analista"), ("Portaria de designação", "Portaria 1"),
                          ("E-mail institucional", "ti@antt.gov.br"), ("Telefone", "(61) 3333-4444")]:  # fmt: skip
        tela.get_by_label(rotulo, exact=True).fill(valor)
    tela.get_by_label("SEI", exact=True).check(force=True)
    tela.get_by_role("button", name="Pedir", exact=True).click()
    pagina = tela.url

    central.goto(f"{live_server.url}/central/adesoes/")
    central.get_by_role("link", name="ANTT", exact=True).click()
    central.get_by_role("button", name="Aprovar o pedido").click()
    tela.goto(pagina)
    tela.get_by_role("button", name="Criar a credencial de homologação").click()
    assert "Anote a senha agora." in tela.inner_text("main")
    tela.get_by_role("link", name="Já anotei a senha").click()
    homologar(orgao)
    tela.reload()
    tela.get_by_role("button", name="Pedir a conferência").click()
    central.goto(pagina)
    central.get_by_role("button", name="Aprovar a produção").click()
    tela.goto(pagina)
    tela.get_by_role("button", name="Criar a credencial de produção").click()
    segredo = tela.locator("dd code").nth(1).inner_text()

    assert autenticar_sistema(codigo=orgao.codigo, segredo=segredo, origem="x").ambiente == Ambiente.PRODUCAO
    assert segredo not in tela.url and pedir(fabricar_pessoa(), orgao)
