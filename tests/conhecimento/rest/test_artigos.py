"""A base por API: buscar e ler o que qualquer pessoa lê."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pen.conhecimento.enums import Especie
from tests.fabricas.atendimento import fabricar_atendente
from tests.fabricas.conhecimento import fabricar_artigo
from tests.fabricas.pessoas import entrar

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("central")]
ENDERECO = "/api/v1/conhecimento/artigos"


def test_busca_como_as_pessoas_escrevem(client):
    corpo = "Antes.\n\n# Prazo\n\nA tramitação se desfaz em até 48 horas."
    fabricar_artigo("Regras de tramitação", corpo=corpo, produto="sei", especie=Especie.REGRA, vale_ate=date(2027, 1, 2))
    resposta = client.get(ENDERECO, {"pergunta": "desfazer tramtiacao"}).json()

    (item,) = resposta["itens"]
    assert (item["codigo"], item["especie"], item["produto"], item["vale_ate"]) == (
        "regras-de-tramitacao", "regra", "sei", "2027-01-02",
    )  # fmt: skip
    assert item["secao"] == "Prazo" and "48 horas" in item["pedaco"] and "<mark>" not in item["pedaco"]
    assert 0 < item["confianca"] <= 1 and item["endereco"] == "/conhecimento/regras-de-tramitacao/"
    assert "tramitacao" in resposta["lida"]


def test_limita_ao_produto_e_aos_que_sao_de_todos(client):
    for produto in ("sei", "nup", None):
        fabricar_artigo(f"Quimera de {produto}", produto=produto)
    achados = client.get(ENDERECO, {"pergunta": "quimera", "produto": "nup"}).json()["itens"]
    assert {a["produto"] for a in achados} == {"nup", None}


@pytest.mark.parametrize("pergunta", ["", "de", "bolo de fubá", "' | : & ! (", "%_\\", "0" * 200])
def test_sem_o_que_achar_a_lista_e_vazia(client, pergunta):
    fabricar_artigo()
    resposta = client.get(ENDERECO, {"pergunta": pergunta})
    assert resposta.status_code == 200 and resposta.json()["itens"] == []


@pytest.mark.parametrize(
    ("consulta", "situacao"),
    [({}, 422), ({"pergunta": "a" * 201}, 422), ({"pergunta": "x", "produto": "nao-existe"}, 404)],
)
def test_o_que_esta_errado_se_explica(client, consulta, situacao):
    resposta = client.get(ENDERECO, consulta)
    assert resposta.status_code == situacao and resposta["Content-Type"].startswith("application/problem+json")
    assert resposta.json()["codigo"]


def test_le_o_artigo_inteiro_em_markdown(client):
    codigo = fabricar_artigo(corpo="**Negrito**", resumo="Resumo.").artigo.codigo
    artigo = client.get(f"{ENDERECO}/{codigo}").json()
    assert (artigo["corpo"], artigo["resumo"], artigo["produto"]) == ("**Negrito**", "Resumo.", None)


def test_o_que_nao_e_de_todos_nao_existe_nem_com_a_sessao_de_quem_atende(client):
    interno = fabricar_artigo("Quimera interna", interno=True).artigo.codigo
    rascunho = fabricar_artigo("Quimera por publicar", publicado=False).artigo.codigo
    entrar(client, fabricar_atendente())
    assert {client.get(f"{ENDERECO}/{codigo}").status_code for codigo in (interno, rascunho, "nao-existe")} == {404}
    assert client.get(ENDERECO, {"pergunta": "quimera"}).json()["itens"] == []


def test_so_se_le(client):
    for caminho in (ENDERECO, f"{ENDERECO}/como-solicitar-acesso"):
        assert client.post(caminho, {}, content_type="application/json").status_code == 405


def test_o_custo_nao_cresce_com_os_artigos(client):
    def contar():
        with CaptureQueriesContext(connection) as consultas:
            client.get(ENDERECO, {"pergunta": "solicitar acesso"})
        return len(consultas)

    fabricar_artigo()
    contar()
    com_um = contar()
    for _ in range(3):
        fabricar_artigo()
    assert contar() == com_um
