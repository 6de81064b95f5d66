"""Cada erro na língua de quem perguntou, sem contar o que aconteceu por dentro."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import Http404
from django.utils.functional import SimpleLazyObject
from lxml import etree

from pen.portal.interfaces.web import erros

SEGREDO = "senha do banco"


def test_endereco_errado_ajuda_a_pessoa(client):
    resposta = client.get("/nada")

    assert resposta.status_code == 404 and 'name="q"' in resposta.text


def test_api_responde_problem_json(rf):
    resposta = erros.nao_encontrado(rf.get("/api/v1/nada"), Http404(SEGREDO))

    assert resposta.status_code == 404 and resposta["Content-Type"] == "application/problem+json"
    assert SEGREDO not in resposta.text


def test_rest_dos_orgaos_responde_detail(rf):
    resposta = erros.sem_permissao(rf.post("/ProtocoloWS/rest/x"), PermissionDenied(SEGREDO))

    assert resposta.status_code == 403 and resposta["Content-Type"] == "application/json" and SEGREDO not in resposta.text


@pytest.mark.parametrize("situacao, culpado", [(404, "soap:Client"), (500, "soap:Server")])
def test_soap_responde_fault(rf, situacao, culpado):
    request = rf.post("/ProtocoloWS/integradorService")
    resposta = erros.nao_encontrado(request, Http404()) if situacao == 404 else erros.erro_inesperado(request)

    assert resposta.status_code == situacao and resposta["Content-Type"] == "text/xml; charset=utf-8"
    assert etree.fromstring(resposta.content).findtext(".//faultcode") == culpado


def test_formulario_vencido_diz_o_que_fazer(rf):
    assert "recarregue a página" in erros.formulario_vencido(rf.post("/x"), "CSRF").text


def test_erro_inesperado_responde_mesmo_quando_a_pagina_de_erro_falha(rf, monkeypatch):
    def falhar(*_: object, **__: object) -> None:
        raise ValueError("um estático que não se resolve")

    monkeypatch.setattr(erros, "render_to_string", falhar)

    resposta = erros.erro_inesperado(rf.get("/"))

    assert resposta.status_code == 500 and "Algo deu errado" in resposta.text and "stylesheet" not in resposta.text


@pytest.mark.parametrize(
    "caminho, parte",
    [
        ("/acompanhamentos/", "confira antes"),
        ("/api/v1/x", '"status": 503'),
        ("/ProtocoloWS/rest/x", '"detail"'),
        ("/ProtocoloWS/integradorService", "soap:Server"),
    ],
)
def test_banco_fora_pede_para_tentar_de_novo_na_lingua_de_cada_um(rf, caminho, parte):
    resposta = erros.MiddlewareDeErros(lambda r: None).process_exception(rf.post(caminho), OperationalError(SEGREDO))

    assert (resposta.status_code, resposta["Retry-After"]) == (503, "5")
    assert parte in resposta.text and "tente de novo" in resposta.text and SEGREDO not in resposta.text


def test_banco_fora_responde_mesmo_sem_saber_quem_entrou(rf):
    request = rf.get("/")
    request.user = SimpleLazyObject(sem_banco)

    resposta = erros.MiddlewareDeErros(lambda r: None).process_exception(request, OperationalError())

    assert resposta.status_code == 503 and "Fora do ar" in resposta.text


def sem_banco():
    raise OperationalError


def test_api_publica_diz_que_o_banco_esta_fora(client, monkeypatch):
    monkeypatch.setattr("pen.config.api.contar_uso_aos_poucos", lambda *_, **__: None)
    monkeypatch.setattr("pen.protocolo_integrado.interfaces.rest.publica.consultar_processo", lambda *_, **__: sem_banco())

    resposta = client.get("/api/v1/processos/1")

    assert (resposta.status_code, resposta.json()["codigo"]) == (503, "banco-fora")
    assert resposta["Retry-After"] == "5"
