"""As páginas da adesão no navegador: sem script, nas duas larguras, com axe."""

import re

import pytest
from playwright.sync_api import expect

from pen.identidade.public import Ambiente, autenticar_sistema
from pen.protocolo_integrado.enums import SituacaoDaAdesao
from tests.apoio_de_navegador import COMBINACOES, LARGURAS, abrir, defeitos, erros_do_console, marcar
from tests.fabricas.adesao import fabricar_adesao, homologar, pedir
from tests.fabricas.identidade import fabricar_orgao, fabricar_sistema
from tests.fabricas.pessoas import fabricar_central, fabricar_pessoa
from tests.fabricas.protocolo import documento, enviar, movimento

pytestmark = [pytest.mark.sistema, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def caso():
    caso = fabricar_adesao(SituacaoDaAdesao.EM_CONFERENCIA, orgao=fabricar_orgao(sigla="ANTT", nome="Agência Nacional"))
    sistema = fabricar_sistema(caso.orgao, Ambiente.HOMOLOGACAO)
    restrito = documento(
        None, movimento(operacao="Processo Restrito gerado", unidade=""), produzido_em="2024-04-01T00:00:00-03:00"
    )
    enviar(sistema, restrito, documento(), documento("sem algarismo"), documento(assunto=""))
    return caso


@pytest.mark.parametrize(("largura", "contraste"), COMBINACOES)
def test_axe_nao_acha_violacao_e_nada_transborda(navegador, live_server, caso, largura, contraste):
    base = live_server.url
    tela = abrir(navegador, largura, base=base, pessoa=caso.central, contraste=contraste)
    reclamacoes = erros_do_console(tela, "422")
    orgao, adesao = f"/orgaos/{caso.orgao.pk}", f"/adesao/{caso.pk}"
    credencial = caso.adesao.credencial_homologacao_id
    paginas = [
        "/adesao/", "/adesao/pedir/", f"{adesao}/", f"{adesao}/cancelar/", "/central/adesoes/", f"{orgao}/credenciais/",
        f"{orgao}/credenciais/{credencial}/revogar/", f"{orgao}/responsavel/",
    ]  # fmt: skip

    for pagina in paginas:
        tela.goto(base + pagina)
        reclamacoes += defeitos(tela, pagina)
    for pagina, botao in [
        ("/adesao/pedir/", "Pedir"),
        (f"{adesao}/", "Recusar o pedido"),
        (f"{adesao}/", "Aprovar a produção"),
    ]:
        tela.goto(base + pagina)
        tela.get_by_role("button", name=botao, exact=True).click()
        expect(tela).to_have_title(re.compile("^Erro: "))
        reclamacoes += defeitos(tela, f"{pagina} com erro")
    concluida = fabricar_adesao(SituacaoDaAdesao.CONCLUIDA)
    tela = abrir(navegador, largura, base=base, pessoa=concluida.responsavel, contraste=contraste)
    erros = erros_do_console(tela)
    tela.goto(f"{base}/adesao/")
    tela.locator(".lista-de-itens a").first.click()
    reclamacoes += defeitos(tela, "adesão concluída")
    tela.get_by_role("button", name="Criar a credencial de produção").click()
    reclamacoes += defeitos(tela, "senha")

    assert reclamacoes == [] and erros == []


@pytest.mark.parametrize("largura", LARGURAS)
def test_sem_script_o_orgao_vai_do_pedido_a_senha_que_entra(navegador, live_server, largura):
    orgao, ana, bia = fabricar_orgao(sigla="ANTT"), fabricar_pessoa(), fabricar_central()
    tela = abrir(navegador, largura, base=live_server.url, pessoa=ana, script=False)
    central = abrir(navegador, largura, base=live_server.url, pessoa=bia, script=False)

    tela.goto(f"{live_server.url}/adesao/")
    tela.get_by_role("link", name="Pedir a adesão do meu órgão").click()
    for rotulo, valor in [("Órgão", "antt"), ("Cargo ou função", "Analista"), ("Portaria de designação", "Portaria 1"),
                          ("E-mail institucional", "ti@antt.gov.br"), ("Telefone", "(61) 3333-4444")]:  # fmt: skip
        tela.get_by_label(rotulo, exact=True).fill(valor)
    marcar(tela, re.compile(r"^\s*SEI\s*$"))
    tela.get_by_role("button", name="Pedir", exact=True).click()
    pagina = tela.url

    central.goto(f"{live_server.url}/central/adesoes/")
    central.get_by_role("link", name="ANTT", exact=True).click()
    central.get_by_role("button", name="Aprovar o pedido").click()
    tela.goto(pagina)
    tela.get_by_role("button", name="Criar a credencial de homologação").click()
    expect(tela.locator("main")).to_contain_text("Anote a senha agora.")
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
