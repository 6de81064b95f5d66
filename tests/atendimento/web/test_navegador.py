"""Do erro à reabertura, no navegador, por quem abre, por quem tria e por quem é especialista; e todas as páginas pelo axe."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from pen.atendimento.enums import Marco, Passo
from pen.atendimento.models import Chamado
from pen.atendimento.selectors.expediente import esquecer_expediente
from pen.atendimento.services.atendimento import encerrar_chamado, falar_no_chamado
from pen.atendimento.services.carga import carregar_atendimento
from pen.atendimento.services.disparos import marcar_disparos_do_tempo
from pen.atendimento.services.gatilhos import escrever_gatilho, ligar_gatilho
from pen.atendimento.services.inscricoes import criar_inscricao, enviar_teste
from pen.atendimento.services.macros import escrever_macro
from pen.atendimento.values.tempos import Tempo
from pen.conhecimento.public import Especie
from pen.conhecimento.services.imagens import incluir_imagens
from tests.apoio_de_navegador import LARGURAS, abrir, defeitos, erros_do_console
from tests.fabricas.atendimento import SEGUNDA, fabricar_atendente, fabricar_chamado
from tests.fabricas.conhecimento import fabricar_artigo, imagem_em_bytes, imagem_nova
from tests.fabricas.identidade import fabricar_orgao
from tests.fabricas.pessoas import fabricar_central, fabricar_pessoa

pytestmark = [pytest.mark.sistema, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _central(transactional_db, settings, tmp_path):
    settings.PASTA_DE_ANEXOS = tmp_path / "anexos"
    esquecer_expediente()
    carregar_atendimento()


def fazer(tela: Page, passo: str, **textos: str) -> None:
    """Abre o passo na página do chamado, preenche e envia."""
    item = tela.locator("details", has=tela.locator("summary", has_text=re.compile(f"^{passo}$")))
    if item.get_attribute("open") is None:
        item.locator("summary").click()
    for nome, texto in textos.items():
        item.locator(f"[name$='-{nome}']").fill(texto)
    item.get_by_role("button", name=passo, exact=True).click()


def abrir_da_fila(tela: Page, base: str, protocolo: str) -> None:
    tela.goto(f"{base}/atendimento/fila/")
    tela.get_by_role("link", name=protocolo).click()


@pytest.mark.parametrize("com_script", [True, False])
def test_da_duvida_a_reabertura(navegador, live_server, com_script):
    base, orgao = live_server.url, fabricar_orgao(sigla="AGTT")
    opcoes = {"base": base, "script": com_script}
    tela = abrir(navegador, 360, pessoa=fabricar_pessoa(), **opcoes)
    triagem = abrir(navegador, 1280, pessoa=fabricar_atendente(), **opcoes)
    tecnica = abrir(navegador, 1280, pessoa=fabricar_atendente("tecnica", coordena=True), **opcoes)
    erros = erros_do_console(tela, "422")

    # abrir
    tela.goto(f"{base}/atendimento/")
    tela.get_by_role("link", name="Executivo Federal").click()
    tela.get_by_role("link", name="SEI", exact=True).click()
    tela.get_by_role("link", name="Reportar um erro").click()
    tela.locator("[name=assunto]").fill("Erro ao assinar")
    tela.get_by_role("button", name="Continuar").click()
    tela.locator("[name=orgao]").fill("AGTT")
    tela.locator("[name=descricao]").fill("A página fica em branco. Minha senha: abc123")
    tela.locator("[name=r_passos]").fill("1. Assinar")
    tela.locator("[name=r_ambiente]").select_option("Produção")
    tela.get_by_role("button", name="Abrir o chamado").click()
    expect(tela.get_by_role("alert")).to_contain_text("dados que não deveriam sair daqui")
    tela.locator("[name=descricao]").fill("A página fica em branco.")
    tela.get_by_role("button", name="Abrir o chamado").click()
    chamado = Chamado.objects.get()
    expect(tela.get_by_text("Está na fila da equipe")).to_be_visible()

    # triagem, nível 3, solução
    abrir_da_fila(triagem, base, chamado.protocolo)
    fazer(triagem, "Pedir informação", texto="Qual é a versão?")
    tela.reload()
    expect(tela.get_by_text("A equipe espera uma resposta sua")).to_be_visible()
    fazer(tela, "Enviar mensagem", texto="4.1.2")
    triagem.reload()
    triagem.get_by_role("link", name="Encaminhar").click()
    item = triagem.locator("#passo-encaminhar")
    item.locator("select").select_option("Especialistas técnicos")
    item.locator("[name$='-motivo']").fill("Defeito do módulo")
    item.locator("[name$='-tentado']").fill("Reinstalar")
    item.get_by_role("button", name="Encaminhar").click()
    expect(triagem.get_by_text("encaminhou a outra equipe")).to_be_visible()
    abrir_da_fila(tecnica, base, chamado.protocolo)
    expect(tecnica.get_by_text("Defeito do módulo")).to_be_visible()
    fazer(tecnica, "Encerrar", texto="Corrigido na 4.1.3.")

    # quem abriu não viu o que é interno, e reabre
    tela.reload()
    expect(tela.get_by_text("Corrigido na 4.1.3.")).to_be_visible()
    expect(tela.get_by_text("Defeito do módulo")).to_have_count(0)
    fazer(tela, "Reabrir o chamado", texto="Continua igual.")
    expect(tela.get_by_text("reaberto", exact=True).first).to_be_visible()

    # fora do prazo não se reabre mais
    chamado.refresh_from_db()
    encerrar_chamado(
        por=_forte(chamado.atendente), chave=chamado.chave, resposta="Feito.", agora=timezone.now() - timedelta(hours=49)
    )
    tela.reload()
    expect(tela.get_by_role("button", name="Reabrir o chamado")).to_have_count(0)
    assert orgao.pk == chamado.orgao_id and erros == []


def _forte(pessoa):
    pessoa.entrada_forte = True
    return pessoa


@pytest.mark.parametrize("largura", LARGURAS)
def test_axe_zero_em_cada_pagina_e_todas_cabem_na_tela(navegador, live_server, largura):
    base, atendente = live_server.url, fabricar_atendente()
    chamado = fabricar_chamado(agora=timezone.now())
    falar_no_chamado(por=atendente, chave=chamado.chave, passo=Passo.ANOTAR, texto="Nota " + "comprida" * 30)
    falar_no_chamado(por=atendente, chave=chamado.chave, passo=Passo.PEDIR_INFORMACAO, texto="Qual é a versão?")
    pagina = f"/atendimento/chamados/{chamado.chave}/"
    corpo = "## Um\n\n## Dois\n\n### Três\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n> **Nota**: x\n\n![A tela larga](imagem:larga.png)"
    artigo = fabricar_artigo(corpo=corpo, produto="sei").artigo.codigo
    larga = imagem_nova("larga.png", imagem_em_bytes(tamanho=(2000, 300)))
    incluir_imagens(por=fabricar_central(), codigo=artigo, imagens=[larga, imagem_nova("sobra-" + "comprida" * 8 + ".png")])
    fabricar_artigo("Erro ao assinar", especie=Especie.ROTEIRO)
    webhook, _ = criar_inscricao(por=chamado.solicitante, endereco="https://sistema.orgao.exemplo/" + "comprido" * 30)
    enviar_teste(por=chamado.solicitante, inscricao_id=webhook.pk)
    achados = []
    tela = abrir(navegador, largura, base=base, pessoa=chamado.solicitante)
    for caminho in [
        "/atendimento/", "/atendimento/expediente/", "/atendimento/federal/", "/atendimento/federal/nup/",
        "/atendimento/municipal/nup/", "/atendimento/federal/sei/reportar-erro/", "/atendimento/chamados/", pagina,
        f"{pagina}prazos/", "/atendimento/busca/?palavras=erro", "/atendimento/manifestacoes/", "/atendimento/manifestacoes/nova/",
        "/conhecimento/", "/conhecimento/?palavras=acesso", f"/conhecimento/{artigo}/", "/conhecimento/produtos/sei/",
        "/atendimento/webhooks/", f"/atendimento/webhooks/{webhook.pk}/",
    ]:  # fmt: skip
        tela.goto(f"{base}{caminho}")
        achados += defeitos(tela, caminho)
    tela.goto(f"{base}/atendimento/federal/sei/reportar-erro/")
    tela.locator("[name=assunto]").fill("Erro ao assinar documento")
    expect(tela.get_by_text("Você já tem chamados parecidos")).to_be_visible()
    tela.get_by_role("button", name="Continuar").click()
    tela.locator("[name=descricao]").fill("senha: abc123")
    tela.get_by_role("button", name="Abrir o chamado").click()
    achados += defeitos(tela, "abertura, com erros e segredo")
    da_equipe = abrir(navegador, largura, base=base, pessoa=atendente, contraste="alto")
    for caminho in ["/atendimento/fila/", pagina]:
        da_equipe.goto(f"{base}{caminho}")
        for resumo in da_equipe.locator("summary").all():
            resumo.click()
        achados += defeitos(da_equipe, f"{caminho}, da equipe, alto contraste")
    da_central = abrir(navegador, largura, base=base, pessoa=fabricar_central())
    tipo = chamado.formulario.tipo_id
    for caminho in [
        "/atendimento/equipes/", "/atendimento/politica/", "/atendimento/painel/", "/atendimento/guarda/",
        "/atendimento/cadastro/", "/atendimento/cadastro/produtos/sei/", f"/atendimento/cadastro/tipos/{tipo}/",
        "/atendimento/cadastro/expediente/", "/atendimento/cadastro/metas/", "/conhecimento/redacao/",
        "/conhecimento/redacao/novo/?especie=roteiro", f"/conhecimento/redacao/{artigo}/",
        f"/conhecimento/redacao/{artigo}/alterar/",
    ]:  # fmt: skip
        da_central.goto(f"{base}{caminho}")
        for resumo in da_central.locator("main summary").all():
            resumo.click()
        achados += defeitos(da_central, caminho)

    assert achados == []


@pytest.mark.parametrize("largura", LARGURAS)
def test_a_automacao_a_macro_que_pergunta_e_o_segredo_trocado_passam_no_axe_e_cabem_na_tela(
    navegador, live_server, largura
):
    base, atendente, central = live_server.url, fabricar_atendente(), fabricar_central()
    campos = [
        {
            "codigo": "versao",
            "rotulo": "Versão em que se corrigiu",
            "especie": "linha",
            "obrigatorio": True,
            "ajuda": "Como 4.1.2",
        },
        {"codigo": "quando", "rotulo": "Quando sai", "especie": "data"},
        {"codigo": "ambiente", "rotulo": "Ambiente", "especie": "escolha", "opcoes": ["Produção", "Homologação"]},
        {"codigo": "nota", "rotulo": "O que mais dizer", "especie": "paragrafo"},
    ]
    dizer = "Olá, {nome}. O erro se corrigiu na {versao}, de {quando}, em {ambiente}. {nota}"
    macro = escrever_macro(
        por=central, nome="Dizer em que versão se corrigiu", produto=None, campos=campos,
        acoes=[{"passo": "responder", "texto": dizer}, {"passo": "anotar", "texto": "Falta a {versao}."}],
    )  # fmt: skip
    tempo, nota = Tempo(Marco.RESPOSTA, 60), [{"passo": "anotar", "texto": "O prazo venceu há uma hora."}]
    gatilho = escrever_gatilho(por=central, nome="Avisar do prazo vencido", quando=tempo, condicoes={}, acoes=nota)
    ligar_gatilho(por=central, gatilho_id=gatilho.pk)
    chamado = fabricar_chamado()
    marcar_disparos_do_tempo(agora=SEGUNDA + timedelta(days=1))
    webhook, _ = criar_inscricao(por=atendente, endereco="https://sistema.orgao.exemplo/avisos")
    achados = []
    da_central = abrir(navegador, largura, base=base, pessoa=central)
    for caminho in ["", "macros/nova/", f"macros/{macro.pk}/", "gatilhos/novo/", f"gatilhos/{gatilho.pk}/"]:
        da_central.goto(f"{base}/atendimento/automacao/{caminho}")
        da_central.evaluate("document.querySelectorAll('main details').forEach(d => { d.open = true })")
        achados += defeitos(da_central, f"automacao/{caminho}")
    da_equipe = abrir(navegador, largura, base=base, pessoa=atendente)
    da_equipe.goto(f"{base}/atendimento/chamados/{chamado.chave}/?macro={macro.pk}")
    da_equipe.get_by_role("button", name="Ver como fica").click()
    expect(da_equipe.get_by_role("alert")).to_contain_text("Preencha «Versão em que se corrigiu».")
    achados += defeitos(da_equipe, "a macro, com erro")
    da_equipe.locator("[name=macro-versao]").fill("5.0")
    da_equipe.locator("[name=macro-quando]").fill("2026-12-01")
    da_equipe.get_by_role("button", name="Ver como fica").click()
    expect(da_equipe.get_by_text("O erro se corrigiu na 5.0, de 01/12/2026")).to_be_visible()
    achados += defeitos(da_equipe, "a macro, respondida")
    da_equipe.goto(f"{base}/atendimento/webhooks/{webhook.pk}/")
    da_equipe.get_by_role("button", name="Trocar o segredo").click()
    expect(da_equipe.get_by_text("Copie o segredo novo agora")).to_be_visible()
    achados += defeitos(da_equipe, "o segredo trocado")

    assert achados == []
