"""A consulta pública por API: ``/api/v1/``."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone
from ninja.responses import NinjaJSONEncoder

from pen.protocolo_integrado.interfaces.rest.schemas import AndamentosSchema, ProcessoSchema
from pen.protocolo_integrado.services.vocabulario import aprender_palavras
from tests.fabricas.identidade import fabricar_orgao, fabricar_sistema
from tests.fabricas.protocolo import documento, enviar, fabricar_nup, interessados, movimento

pytestmark = pytest.mark.django_db


@pytest.fixture
def orgao():
    return fabricar_sistema(fabricar_orgao(sigla="ANTT"))


def buscar(client, **campos):
    return client.post("/api/v1/buscas", json.dumps(campos), content_type="application/json")


def test_processo_por_numero_traz_o_que_cada_orgao_diz(client, orgao):
    nup = fabricar_nup()
    enviar(orgao, documento(nup, assunto="Multa", interessados=interessados("Ana")))

    corpo = client.get(f"/api/v1/processos/{nup}").json()

    assert corpo["visibilidade"] == "publico" and corpo["registros"][0]["assunto"] == "Multa"
    assert corpo["registros"][0]["orgao"]["sigla"] == "ANTT" and corpo["registros"][0]["interessados"] == [
        {"nome": "Ana", "documento": None}
    ]


def test_oculto_e_inexistente_respondem_o_mesmo_problema(client, orgao):
    nup = fabricar_nup()
    enviar(orgao, documento(nup, movimento(operacao="Processo Sigiloso gerado")))

    oculto, inexistente = client.get(f"/api/v1/processos/{nup}"), client.get(f"/api/v1/processos/{fabricar_nup()}")

    assert oculto.status_code == 404 and oculto["Content-Type"] == "application/problem+json"
    assert oculto.json() == inexistente.json() and oculto.json()["codigo"] == "processo-nao-encontrado"


def test_resumido_vem_sem_assunto_e_sem_nomes(client, orgao):
    nup = fabricar_nup()
    enviar(
        orgao,
        documento(nup, movimento(operacao="Processo Restrito gerado"), assunto="Licença", interessados=interessados("Ana")),
    )

    resposta = client.get(f"/api/v1/processos/{nup}")
    registro = resposta.json()["registros"][0]

    assert (registro["assunto"], registro["interessados"], registro["identificacao"]) == (None, None, None)
    assert "Ana" not in resposta.text and "Licença" not in resposta.text


def test_etag_responde_304_ate_algo_mudar(client, orgao):
    nup = fabricar_nup()
    enviar(orgao, documento(nup))
    for endereco in (f"/api/v1/processos/{nup}", f"/api/v1/processos/{nup}/andamentos"):
        etag = client.get(endereco)["ETag"]
        assert client.get(endereco, headers={"If-None-Match": etag}).status_code == 304

    enviar(orgao, documento(nup, movimento(operacao="Processo concluído")))

    assert client.get(endereco, headers={"If-None-Match": etag}).status_code == 200


def test_o_que_sai_e_exatamente_o_que_o_esquema_descreve(client, orgao):
    nup = fabricar_nup()
    enviar(orgao, documento(nup, interessados=interessados("Ana")))

    processo = client.get(f"/api/v1/processos/{nup}").json()
    andamentos = client.get(f"/api/v1/processos/{nup}/andamentos").json()

    for corpo, esquema in ((processo, ProcessoSchema), (andamentos, AndamentosSchema)):
        lido = esquema.model_validate(corpo)
        assert json.loads(json.dumps(lido.model_dump(), cls=NinjaJSONEncoder)) == corpo


def test_andamentos_desde_um_instante(client, orgao):
    nup = fabricar_nup()
    enviar(
        orgao,
        documento(nup, movimento("2024-03-05T10:00:00-03:00", "Antes"), movimento("2024-03-06T10:00:00-03:00", "Depois")),
    )

    corpo = client.get(f"/api/v1/processos/{nup}/andamentos?desde=2024-03-06T00:00:00").json()

    assert [a["operacao"] for a in corpo["itens"]] == ["Depois"] and corpo["total"] == 1 and corpo["proxima"] is None


def test_listar_e_buscar_acham_o_mesmo(client, orgao):
    nup = fabricar_nup()
    enviar(orgao, documento(nup, assunto="Licitação"))

    listados = client.get("/api/v1/processos?assunto=licitacoes&orgao=ANTT").json()
    achados = buscar(client, palavras="licitacoes").json()

    assert [i["numero"] for i in listados["itens"]] == [i["numero"] for i in achados["itens"]] == [nup]
    assert (listados["total"], listados["total_parou"], listados["total_estimado"]) == (1, False, False)
    assert listados["facetas"]["orgaos"] == [{"codigo": orgao.orgao_codigo, "sigla": "ANTT", "quantos": 1}]
    assert listados["facetas"]["anos"] == [{"ano": 2024, "quantos": 1}] and listados["sugestao"] is None
    so_a_pagina = client.get("/api/v1/processos?assunto=licitacoes&facetas=false").json()
    assert so_a_pagina == {**listados, "facetas": None} == buscar(client, palavras="licitacoes", facetas=False).json()


def test_busca_que_nao_acha_sugere_a_grafia(client, orgao):
    enviar(orgao, documento(assunto="Licitação"))
    aprender_palavras(timezone.now() + timedelta(minutes=5))

    assert buscar(client, palavras="lisitação").json()["sugestao"] == "licitação"


@pytest.mark.parametrize(
    ("corpo", "frase"),
    [
        ({}, "Preencha pelo menos um campo"),
        ({"palavras": "de"}, "comuns demais"),
        ({"palavras": "x", "desde": "ontem"}, "campos que não se entendem"),
        ({"palavras": "x" * 201}, "campos que não se entendem"),
        ({"orgao": "NAOHA"}, "Nenhum órgão"),
        ({"documento": "123"}, "não confere"),
        ({"especie": "a\0b"}, "não são texto"),
        ({"orgao": "a\0b"}, "Nenhum órgão"),
        ({"palavras": "x", "desde": "2024-02-01", "ate": "2024-01-01"}, "termina antes"),
    ],
)
def test_pedido_errado_explica_em_problem_json(client, corpo, frase):
    resposta = buscar(client, **corpo)

    assert resposta.status_code in {404, 422} and resposta["Content-Type"] == "application/problem+json"
    assert frase in resposta.json()["detail"]


@pytest.mark.parametrize("corpo", [b"{", b"\xff", b"[1]", b'"x"', b'{"palavras": "a\\u0000b"}'])
def test_corpo_que_nao_e_json_e_problema_e_nao_erro(client, corpo):
    resposta = client.post("/api/v1/buscas", corpo, content_type="application/json")

    assert resposta.status_code in {200, 400, 422}


def test_metodo_errado_e_problema(client):
    resposta = client.delete("/api/v1/processos")

    assert (
        resposta.status_code == 405
        and resposta["Content-Type"] == "application/problem+json"
        and resposta["Allow"] == "GET"
    )


def test_pedidos_demais_esperam(client, orgao, settings):
    settings.API_PEDIDOS_POR_MINUTO = 3
    respostas = [client.get("/api/v1/numeros/50650001658201717") for _ in range(4)]

    assert [r.status_code for r in respostas] == [200, 200, 200, 429]
    assert 1 <= int(respostas[-1]["Retry-After"]) <= 60 and respostas[-1].json()["codigo"] == "limite-excedido"


def test_conferir_numero(client):
    corpo = client.get("/api/v1/numeros/50650.001658%2F2017-18").json()

    assert (corpo["veredito"], corpo["dv_esperado"], corpo["up"]) == ("dv_nao_confere", "17", "50650")


def test_documentacao_e_nossa_e_lista_todas_as_operacoes(client):
    pagina = client.get("/api/v1/documentacao").text
    esquema = client.get("/api/v1/openapi.json").json()

    for caminho in esquema["paths"]:
        assert caminho in pagina
    assert "https://" not in pagina.replace("https://schema.org", "")
