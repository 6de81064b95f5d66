"""O que a comunidade já respondeu aparece onde a base se busca: na busca, na API, antes de abrir um chamado e no assistente."""

import pytest
from django.test import Client

from pen.atendimento.services.carga import carregar_atendimento
from pen.participen.public import carregar_forum
from tests.fabricas.conhecimento import fabricar_artigo
from tests.fabricas.participen import fabricar_moderacao, fabricar_resposta, fabricar_topico
from tests.fabricas.pessoas import entrar, fabricar_pessoa

pytestmark = pytest.mark.django_db
PERGUNTA, TITULO = "carimbo trombofonico", "Carimbo trombofônico não imprime"


def esconder(topico):
    topico.situacao = "escondida"
    topico.save()


def na_busca(**filtros):
    return Client().get("/conhecimento/", {"palavras": PERGUNTA} | filtros).text


def na_api(**filtros):
    return Client().get("/api/v1/conhecimento/artigos", {"pergunta": PERGUNTA} | filtros).json()["fora"]


def antes_de_abrir():
    return entrar(Client(), fabricar_pessoa()).post(
        "/atendimento/federal/sei/reportar-erro/parecidos", {"assunto": PERGUNTA}
    ).text  # fmt: skip


def no_assistente():
    return Client().post("/assistente/perguntar", {"pergunta": PERGUNTA}, follow=True).text


def no_assistente_por_api():
    return Client().post(
        "/api/v1/assistente/perguntas", {"pergunta": PERGUNTA}, content_type="application/json"
    ).json()["fora"]  # fmt: skip


@pytest.fixture
def topico():
    carregar_atendimento()
    carregar_forum()
    return fabricar_topico(titulo=TITULO)


def test_o_topico_aparece_com_o_endereco_e_o_que_ja_houve(topico):
    endereco = f"/participen/topicos/{topico.pk}/"
    (achado,) = na_api()

    assert achado == {"titulo": TITULO, "endereco": endereco, "de_onde": "ParticiPEN, sem resposta ainda"}
    assert [achado] == no_assistente_por_api()
    for pagina in (na_busca(), antes_de_abrir(), no_assistente()):
        assert f'href="{endereco}"' in pagina and TITULO in pagina


@pytest.mark.parametrize(
    ("produto", "acha"), [("", True), ("sei", True), ("portal-tramita-gov-br", False)], ids=["todos", "dele", "outro"]
)
def test_a_busca_num_produto_deixa_de_fora_o_que_se_disse_de_outro(topico, produto, acha):
    for codigo in ("sei", "portal-tramita-gov-br"):
        fabricar_artigo(f"Um artigo de {codigo}", produto=codigo)
    fabricar_topico(categoria="implantacao-e-gestao", titulo=f"{TITULO} em lugar nenhum")

    na_base = {a["titulo"] for a in na_api(produto=produto)}
    assert na_base == {f"{TITULO} em lugar nenhum", *([TITULO] if acha else [])}
    pagina = na_busca(produto=produto)
    assert "em lugar nenhum" in pagina and (f"{TITULO}<" in pagina) == acha


def test_diz_quantas_respostas_e_se_tem_solucao(topico):
    resposta = fabricar_resposta(topico, fabricar_moderacao())
    assert na_api()[0]["de_onde"] == "ParticiPEN, 1 resposta"

    topico.solucao = resposta
    topico.save()
    assert na_api()[0]["de_onde"] == "ParticiPEN, com solução"


def test_o_que_se_escondeu_nao_sai_por_nenhuma(topico):
    esconder(topico)

    assert na_api() == no_assistente_por_api() == []
    for pagina in (na_busca(), antes_de_abrir(), no_assistente()):
        assert TITULO not in pagina


def test_palavras_comuns_demais_nao_acham_nem_quebram(topico):
    assert Client().get("/api/v1/conhecimento/artigos", {"pergunta": "de para com"}).json()["fora"] == []
