"""Da adesão à reativação, no navegador, por quem pede e por quem decide; e todas as páginas pelo axe."""

import re

import pytest
from playwright.sync_api import Page, expect

from pen.nup.enums.situacoes import SituacaoDaUnidade
from pen.nup.models import Contador, Unidade
from pen.nup.services.pedidos import pedir_cadastro, pedir_inativacao
from pen.nup.services.unidades import carregar_unidades_observadas
from pen.nup.values.numeros import gerar_nup
from tests.apoio_de_navegador import LARGURAS, abrir, defeitos, erros_do_console, marcar
from tests.fabricas.identidade import fabricar_orgao
from tests.fabricas.nup import FICHA, fabricar_gestor_de_up, fabricar_participante, fabricar_unidade
from tests.fabricas.pessoas import fabricar_central, fabricar_pessoa

pytestmark = [pytest.mark.sistema, pytest.mark.django_db(transaction=True)]


def preencher(tela: Page, **campos: str) -> None:
    for nome, valor in campos.items():
        tela.locator(f"[name={nome}]").fill(valor)


def decidir(central: Page, base: str, operacao: str) -> None:
    """A equipe PEN abre o pedido pela fila e o defere."""
    central.goto(f"{base}/nup/cadastro/pedidos/")
    central.locator("td").get_by_role("link", name=re.compile(operacao, re.I)).first.click()
    central.locator("[name=deferir-motivo]").fill("Conferido.")
    central.wait_for_load_state()
    if central.get_by_label("Conferi no SIORG").count():
        marcar(central, "Conferi no SIORG")
    central.get_by_role("button", name="Deferir", exact=True).click()
    expect(central.get_by_text("deferido").first).to_be_visible()


def test_da_adesao_a_reativacao(navegador, live_server):
    base, orgao = live_server.url, fabricar_orgao(sigla="AGTT")
    pessoa = fabricar_pessoa()
    tela = abrir(navegador, 1280, base=base, pessoa=pessoa)
    central = abrir(navegador, 1280, base=base, pessoa=fabricar_central())
    erros = erros_do_console(tela, "422")

    # adesão
    tela.goto(f"{base}/nup/cadastro/")
    tela.get_by_role("link", name="Pedir a adesão").click()
    preencher(
        tela,
        orgao="AGTT",
        portaria="Portaria 7",
        email="up@agtt.gov.br",
        telefone="(61) 3333-4444",
        motivo="Vamos numerar.",
    )
    tela.locator("[name=anexos]").set_input_files({"name": "p.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"})
    tela.get_by_role("button", name="Pedir").click()
    expect(tela.get_by_role("heading", name="Adesão: AGTT")).to_be_visible()
    decidir(central, base, "Adesão")

    # cadastro
    tela.goto(f"{base}/nup/cadastro/")
    tela.get_by_role("link", name="Pedir unidade").click()
    preencher(tela, nome="Protocolo-Geral", codigo="50999", unidade_siorg="2981", motivo="Primeira unidade.")
    tela.get_by_role("button", name="Pedir").click()
    decidir(central, base, "Cadastro")

    # números
    tela.goto(f"{base}/nup/unidades/50999/")
    tela.get_by_role("link", name="Números").click()
    preencher(tela, **{"dar-quantos": "2", "dar-documento": "Ofício 1"})
    tela.get_by_role("button", name="Dar números").click()
    ano = Contador.objects.get().ano
    for sequencia in (1, 2):
        expect(tela.get_by_text(gerar_nup("50999", sequencia, ano).formatado)).to_be_visible()

    # inativação, e a recusa de numerar
    tela.goto(f"{base}/nup/unidades/50999/")
    tela.get_by_role("link", name="Pedir inativação").click()
    preencher(tela, motivo="Unidade extinta.")
    tela.get_by_role("button", name="Pedir").click()
    decidir(central, base, "Inativação")
    tela.goto(f"{base}/nup/unidades/50999/numeros/")
    tela.get_by_role("button", name="Dar números").click()
    expect(tela.get_by_role("alert")).to_contain_text("está inativa e não dá números")

    # reativação: a sequência continua
    tela.goto(f"{base}/nup/unidades/50999/")
    tela.get_by_role("link", name="Pedir reativação").click()
    preencher(tela, motivo="Voltou a existir.")
    tela.get_by_role("button", name="Pedir").click()
    decidir(central, base, "Reativação")
    tela.goto(f"{base}/nup/unidades/50999/numeros/")
    tela.get_by_role("button", name="Dar números").click()
    expect(tela.get_by_text(gerar_nup("50999", 3, ano).formatado)).to_be_visible()

    assert Unidade.objects.get().situacao == SituacaoDaUnidade.ATIVA
    assert Unidade.objects.get().orgao == orgao
    assert erros == []


@pytest.mark.parametrize("largura", LARGURAS)
def test_todas_as_paginas_passam_no_axe_e_cabem_na_tela(navegador, live_server, largura):
    base = live_server.url
    carregar_unidades_observadas()
    ministerio = fabricar_participante()
    entidade = fabricar_participante(orgao_gestor=ministerio)
    gestor, central = fabricar_gestor_de_up(ministerio), fabricar_central()
    unidade = fabricar_unidade(entidade, orgao_gestor=ministerio)
    pedido = pedir_inativacao(por=gestor, codigo=unidade.codigo, motivo="Extinta.")
    cadastro = pedir_cadastro(por=gestor, orgao_id=entidade.pk, ficha=FICHA, motivo="Nova.")
    do_gestor = [
        "/nup/unidades/", f"/nup/unidades/{unidade.codigo}/", f"/nup/unidades/{unidade.codigo}/numeros/", "/nup/gestores/",
        "/nup/cadastro/", "/nup/cadastro/pedidos/", f"/nup/cadastro/pedidos/{pedido.pk}/", "/nup/cadastro/adesao/",
        f"/nup/cadastro/orgaos/{entidade.pk}/unidade/", f"/nup/cadastro/orgaos/{ministerio.pk}/gestores/",
        f"/nup/unidades/{unidade.codigo}/pedir/alteracao/", f"/nup/unidades/{unidade.codigo}/pedir/migracao/",
    ]  # fmt: skip
    achados = []
    tela = abrir(navegador, largura, base=base, pessoa=gestor)
    for caminho in do_gestor:
        tela.goto(f"{base}{caminho}")
        achados += defeitos(tela, caminho)
    tela.goto(f"{base}/nup/unidades/{unidade.codigo}/numeros/")
    tela.get_by_role("button", name="Anular").click()
    achados += defeitos(tela, "números, com erro")
    da_central = abrir(navegador, largura, base=base, pessoa=central, contraste="alto")
    da_central.goto(f"{base}/nup/cadastro/pedidos/{cadastro.pk}/")
    achados += defeitos(da_central, "pedido, a decidir, alto contraste")

    assert achados == []
