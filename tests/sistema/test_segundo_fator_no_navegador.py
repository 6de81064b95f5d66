"""O segundo fator no navegador: ligar, guardar os códigos, entrar com um, a página da central e a do gov.br de teste."""

import re

import pytest
from playwright.sync_api import expect

from tests.apoio_de_navegador import COMBINACOES, LARGURAS, abrir, defeitos, entrar_pelo_govbr_de_teste, erros_do_console
from tests.fabricas.pessoas import fabricar_central, fabricar_cpf, fabricar_pessoa
from tests.identidade.apoio import codigo_do_aparelho, com_segundo_fator, emissor_em, passar_o_tempo

pytestmark = [pytest.mark.sistema, pytest.mark.django_db(transaction=True)]
LIGAR, CRIAR, CONFIRMAR = "/minha-conta/segundo-fator/", "/minha-conta/segundo-fator/codigos/", "/entrar/segundo-fator/"
CENTRAL = "/central/segundo-fator/"


@pytest.fixture
def fotografar(request, tmp_path):
    """Guarda a página inteira em ``--basetemp``, para quem quiser ver com os próprios olhos."""

    def guardar(tela, nome: str) -> None:
        tela.screenshot(path=tmp_path / f"{nome}.png", full_page=True)

    return guardar


@pytest.mark.parametrize(("largura", "contraste"), COMBINACOES)
def test_da_pagina_que_liga_aos_codigos_novos_nada_fere_nem_transborda(
    navegador, live_server, largura, contraste, fotografar
):
    base, pessoa = live_server.url, fabricar_pessoa(forte=False, email="maria.aparecida.de.albuquerque@exemplo.org")
    tela = abrir(navegador, largura, base=base, pessoa=pessoa, contraste=contraste)
    erros, reclamacoes = erros_do_console(tela), []

    def olhar(onde: str) -> None:
        fotografar(tela, onde)
        reclamacoes.extend(defeitos(tela, onde))

    tela.goto(base + LIGAR)
    olhar("ligar")
    tela.get_by_label("Código de 6 números").fill("000000")
    tela.get_by_role("button", name="Ligar", exact=True).click()
    expect(tela).to_have_title(re.compile("^Erro: "))
    olhar("ligar-com-erro")
    passar_o_tempo()
    tela.get_by_label("Código de 6 números").fill(codigo_do_aparelho(pessoa))
    tela.get_by_role("button", name="Ligar", exact=True).click()
    expect(tela.get_by_role("heading", level=1)).to_have_text("Segundo fator ligado")
    olhar("codigos")
    tela.get_by_role("link", name="Já guardei os códigos").click()
    olhar("conta")
    tela.get_by_role("link", name="Criar códigos de reserva").click()
    olhar("criar")
    tela.get_by_role("button", name="Criar dez códigos").click()
    olhar("codigos-novos")

    assert reclamacoes + erros == []


@pytest.mark.parametrize(("largura", "contraste"), COMBINACOES)
def test_a_pagina_que_pede_o_codigo_e_a_da_central_nao_ferem_nem_transbordam(
    navegador, live_server, largura, contraste, fotografar
):
    base, pessoa, reclamacoes = live_server.url, fabricar_pessoa(forte=False, cpf=fabricar_cpf()), []
    com_segundo_fator(pessoa)
    passar_o_tempo()
    da_pessoa = abrir(navegador, largura, base=base, pessoa=pessoa, contraste=contraste)
    central = abrir(navegador, largura, base=base, pessoa=fabricar_central(), contraste=contraste)
    erros = [erros_do_console(tela, "422") for tela in (da_pessoa, central)]

    def olhar(tela, onde: str) -> None:
        fotografar(tela, onde)
        reclamacoes.extend(defeitos(tela, onde))

    da_pessoa.goto(base + "/minha-conta/")
    olhar(da_pessoa, "conta-fraca")
    da_pessoa.get_by_role("link", name="Confirmar com um código").click()
    olhar(da_pessoa, "confirmar")
    da_pessoa.get_by_role("button", name="Confirmar").click()
    expect(da_pessoa).to_have_title(re.compile("^Erro: "))
    olhar(da_pessoa, "confirmar-com-erro")
    central.goto(base + "/minha-conta/")
    central.get_by_role("link", name="Desligar o segundo fator de alguém").click()
    olhar(central, "central")
    central.get_by_role("button", name="Desligar o segundo fator").click()
    expect(central).to_have_title(re.compile("^Erro: "))
    olhar(central, "central-com-erro")
    central.get_by_label("CPF ou e-mail da pessoa").fill(pessoa.cpf)
    central.get_by_label("Motivo").fill("Perdeu o celular; confirmado pelo telefone do órgão")
    central.get_by_role("button", name="Desligar o segundo fator").click()
    olhar(central, "central-feito")
    expect(central.locator("main")).to_contain_text(pessoa.nome)
    assert pessoa.cpf not in central.url
    da_pessoa.goto(base + "/minha-conta/")

    assert "/entrar/" in da_pessoa.url
    assert reclamacoes == [] and erros == [[], []]


@pytest.mark.parametrize("largura", LARGURAS)
def test_sem_script_se_liga_se_guarda_e_se_entra_com_um_codigo_de_reserva(navegador, live_server, largura):
    base, pessoa = live_server.url, fabricar_pessoa(forte=False)
    tela = abrir(navegador, largura, base=base, pessoa=pessoa, script=False)
    tela.goto(base + LIGAR)
    tela.get_by_label("Código de 6 números").fill(codigo_do_aparelho(pessoa))
    tela.get_by_role("button", name="Ligar", exact=True).click()
    codigo = tela.locator("main code").nth(4).inner_text()

    outro = abrir(navegador, largura, base=base, pessoa=pessoa, script=False)
    outro.goto(base + CRIAR)
    assert outro.url.startswith(base + CONFIRMAR)
    outro.get_by_label("Código do aplicativo ou de reserva").fill(codigo)
    outro.get_by_role("button", name="Confirmar").click()

    expect(outro).to_have_url(base + CRIAR)
    expect(outro.locator("main")).to_contain_text("Os 9 que você tem agora")


def test_os_codigos_saem_no_papel(navegador, live_server, fotografar):
    base, pessoa = live_server.url, fabricar_pessoa()
    com_segundo_fator(pessoa)
    tela = abrir(navegador, 800, base=base, pessoa=pessoa)
    tela.goto(base + CRIAR)
    tela.get_by_role("button", name="Criar dez códigos").click()
    expect(tela.get_by_role("button", name="Imprimir")).to_be_visible()

    tela.emulate_media(media="print")
    fotografar(tela, "papel")

    assert all(tela.locator("main code").nth(n).is_visible() for n in range(10))
    assert "PEN Aberto" in tela.inner_text("main")
    expect(tela.get_by_role("link", name="Já guardei os códigos")).not_to_be_visible()


@pytest.mark.parametrize(("largura", "contraste"), COMBINACOES)
def test_no_govbr_de_teste_se_escolhe_uma_vez_ate_sair(
    navegador, live_server, settings, tmp_path, largura, contraste, fotografar
):
    base = live_server.url
    with emissor_em(settings, base, tmp_path):
        tela = abrir(navegador, largura, base=base, contraste=contraste)
        erros = erros_do_console(tela)
        tela.goto(f"{base}/entrar/?proximo=/minha-conta/")
        tela.get_by_role("link", name="Entrar com gov.br").click()
        fotografar(tela, "govbr-de-teste")
        reclamacoes = defeitos(tela, "gov.br de teste")
        tela.go_back()
        entrar_pelo_govbr_de_teste(tela, "Sicrana de Mentira do Ouro")
        expect(tela.locator("main")).to_contain_text("Sicrana")

        tela.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
        tela.goto(f"{base}/entrar/?proximo=/minha-conta/")
        tela.get_by_role("link", name="Entrar com gov.br").click()
        expect(tela).to_have_url(f"{base}/minha-conta/")
        expect(tela.locator("main")).to_contain_text("Sicrana")

        tela.get_by_role("button", name="Sair deste aparelho").click()
        expect(tela).to_have_url(f"{base}/")
        tela.goto(f"{base}/entrar/?proximo=/minha-conta/")
        entrar_pelo_govbr_de_teste(tela, "Beltrano Fictício da Prata")
        expect(tela.locator("main")).to_contain_text("Beltrano")

    assert reclamacoes + erros == []
