"""Da busca à resposta que resolveu, no navegador, sem script; e todas as páginas do fórum pelo axe."""

import pytest
from playwright.sync_api import expect

from pen.conhecimento.services.produtos import carregar_produtos
from pen.participen.enums import AtoDeModeracao
from pen.participen.models import Topico
from pen.participen.services.carga import carregar_forum
from pen.participen.services.moderacao import decidir, decidir_sobre_topico, denunciar, recorrer
from pen.participen.services.topicos import alterar_publicacao, dizer_que_ajudou, marcar_solucao
from tests.apoio_de_navegador import COMBINACOES, abrir, defeitos, entrar_de_novo, erros_do_console, marcar
from tests.fabricas.conhecimento import fabricar_artigo
from tests.fabricas.identidade import fabricar_orgao
from tests.fabricas.participen import (
    abertura_de,
    fabricar_moderacao,
    fabricar_participante,
    fabricar_resposta,
    fabricar_topico,
)
from tests.fabricas.pessoas import fabricar_pessoa

pytestmark = [pytest.mark.sistema, pytest.mark.django_db(transaction=True)]
TEXTO = """Temos **140 unidades** e não queremos que todas recebam processos.

# Duas perguntas

1. Mapearam todas?
2. Quem decide?

| Passo | Quem | Quando |
|---|---|---|
| Ensaio em homologação, com uma cópia do banco | tecnologia | duas semanas antes |

`um_nome_muito_comprido_de_parametro_que_nao_quebra_em_lugar_nenhum_e_passa_da_tela_do_celular`
"""


@pytest.fixture(autouse=True)
def _forum(transactional_db):
    carregar_produtos()
    carregar_forum()


def test_da_busca_a_resposta_que_resolveu_sem_script(live_server, navegador):
    ana, rui = fabricar_pessoa(forte=False, nome="Ana Lima"), fabricar_participante(nome="Rui Sá")
    fabricar_orgao(sigla="ANTT")
    fabricar_topico(rui, titulo="Assinatura de vários documentos em bloco")
    tela = abrir(navegador, 360, base=live_server.url, pessoa=ana, script=False)

    tela.goto(f"{live_server.url}/participen/")
    tela.get_by_role("link", name="Escrever um tópico").click()
    tela.get_by_label("Seu órgão").fill("ANTT")
    marcar(tela, "Li e aceito as regras de convivência")
    tela.get_by_role("button", name="Aceitar e continuar").click()
    tela.get_by_label("Sobre o que você quer escrever?").fill("assinar documentos em bloco")
    tela.get_by_role("button", name="Procurar").click()
    expect(tela.get_by_role("link", name="Assinatura de vários documentos em bloco")).to_be_visible()
    tela.get_by_role("button", name="Escrever o tópico").click()
    expect(tela.get_by_label("Título")).to_have_value("Assinar documentos em bloco")
    tela.get_by_label("Categoria").select_option("sei")
    marcar(tela, "Dúvida")
    tela.get_by_label("Texto", exact=True).fill("O CPF 529.982.247-25 não assina.")
    tela.get_by_role("button", name="Publicar").click()
    expect(tela.get_by_text("CPF: 529.***.***-**")).to_be_visible()
    tela.get_by_label("Texto", exact=True).fill("Quero assinar vários de uma vez.")
    tela.get_by_role("button", name="Publicar").click()
    expect(tela.get_by_text("Só você e a moderação veem este tópico.")).to_be_visible()

    topico = Topico.objects.get(autor=ana)
    decidir(por=fabricar_moderacao(), publicacao_id=abertura_de(topico).pk, ato=AtoDeModeracao.APROVAR)
    entrar_de_novo(tela, live_server.url, rui)
    tela.goto(f"{live_server.url}/participen/topicos/{topico.pk}/")
    expect(tela.get_by_text("Ana Lima, ANTT")).to_be_visible()
    tela.get_by_label("Sua resposta").fill("Use o **bloco de assinatura**.")
    tela.get_by_role("button", name="Responder").click()
    expect(tela.get_by_text("bloco de assinatura")).to_be_visible()

    entrar_de_novo(tela, live_server.url, ana)
    tela.reload()
    tela.get_by_role("button", name="Isto resolveu").click()
    expect(tela.get_by_role("heading", name="O que resolveu")).to_be_visible()


@pytest.mark.parametrize(("largura", "contraste"), COMBINACOES)
def test_as_paginas_do_forum_nao_ferem_o_axe_nem_transbordam(live_server, navegador, largura, contraste):
    ana, moderacao = fabricar_participante(nome="Ana Lima", orgao=fabricar_orgao(sigla="ANTT")), fabricar_moderacao()
    fabricar_artigo("Como mapear as unidades?")
    topico = fabricar_topico(
        ana, titulo="Como mapear as unidades antes de ligar o Tramita GOV.BR?", texto=TEXTO, contexto="Vamos ligar em produção.",
        versoes="SEI 4.1.2", ambiente="producao", etiquetas=["integracao", "administradores"], categoria="tramita-gov-br",
    )  # fmt: skip
    resposta = fabricar_resposta(topico, moderacao, "Comece só pelo protocolo.\n\n- um\n- dois")
    minha = fabricar_resposta(topico, ana, "Fizemos assim. Obrigada!")
    alterar_publicacao(por=ana, publicacao_id=minha.pk, texto="Fizemos assim, em homologação. Obrigada!")
    marcar_solucao(por=ana, publicacao_id=resposta.pk)
    dizer_que_ajudou(por=ana, publicacao_id=resposta.pk)
    decidir_sobre_topico(por=moderacao, numero=topico.pk, ato=AtoDeModeracao.FIXAR, razao="Útil a todos.")
    rui = fabricar_participante()
    denunciar(por=rui, publicacao_id=minha.pk, motivo="suporte", texto="É chamado.")
    fabricar_topico(fabricar_participante(novato=True), titulo="O que chegou agora ao fórum")
    outra = abertura_de(fabricar_topico(ana, titulo="Um tópico que se escondeu"))
    escondida = decidir(
        por=moderacao, publicacao_id=outra.pk, ato=AtoDeModeracao.ESCONDER, motivo="propaganda", razao="Vende um curso."
    )  # fmt: skip
    recorrer(por=ana, decisao_id=escondida.pk, texto="É do meu órgão, e gratuito.")
    de_todos = [
        "", "busca/?palavras=mapear+unidades", "categorias/tramita-gov-br/", "etiquetas/", "etiquetas/integracao/", "regras/",
        f"topicos/{topico.pk}/", "moderacao/numeros/",
    ]  # fmt: skip
    de_ana = [
        f"topicos/{topico.pk}/", "topicos/novo/", "seguindo/", "minhas/", f"publicacoes/{abertura_de(topico).pk}/alterar/",
        f"publicacoes/{minha.pk}/historico/", f"publicacoes/{resposta.pk}/denunciar/", f"decisoes/{escondida.pk}/recorrer/",
        f"topicos/{outra.topico_id}/",
    ]  # fmt: skip
    da_moderacao = [
        "", f"topicos/{topico.pk}/", "moderacao/", f"moderacao/publicacoes/{minha.pk}/", f"moderacao/topicos/{topico.pk}/",
        f"moderacao/recursos/{escondida.pk}/", "cadastro/", "cadastro/etiquetas/", "cadastro/categorias/sei/", "cadastro/regras/",
        "cadastro/politica/", "cadastro/categorias/nova/", "cadastro/etiquetas/integracao/",
    ]  # fmt: skip
    achados, erros = [], []
    for quem, paginas in ((None, de_todos), (ana, de_ana), (moderacao, da_moderacao)):
        tela = abrir(navegador, largura, base=live_server.url, pessoa=quem, contraste=contraste)
        erros += [erros_do_console(tela)]
        for pagina in paginas:
            tela.goto(f"{live_server.url}/participen/{pagina}")
            achados += defeitos(tela, pagina)

    assert achados == [] and erros == [[], [], []]
