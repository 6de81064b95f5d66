"""O WSDL: antes de tudo, e sem senha."""

import pytest
from lxml import etree

from tests.protocolo_integrado.soap.apoio import ENDERECO, SOAP, basic

WSDL = "{http://schemas.xmlsoap.org/wsdl/}"
XS = "{http://www.w3.org/2001/XMLSchema}"
TODOS = [f"{ENDERECO}?wsdl", f"{ENDERECO}?WSDL", ENDERECO, f"{ENDERECO}/", f"{ENDERECO}/?wsdl", f"{ENDERECO}?wsdl&x=1"]


def ler_wsdl(resposta):
    assert resposta.status_code == 200 and resposta["Content-Type"] == "text/xml; charset=utf-8"
    return etree.fromstring(resposta.content)


def endereco_anunciado(resposta):
    return ler_wsdl(resposta).find(".//{http://schemas.xmlsoap.org/wsdl/soap/}address").get("location")


@pytest.mark.parametrize("caminho", TODOS)
def test_get_devolve_o_wsdl_sem_senha_e_sem_redirecionar(client, caminho):
    assert ler_wsdl(client.get(caminho)).tag == f"{WSDL}definitions"


@pytest.mark.parametrize("caminho", TODOS)
def test_head_responde_200_sem_senha(client, caminho):
    resposta = client.head(caminho)

    assert resposta.status_code == 200 and resposta["Content-Type"] == "text/xml; charset=utf-8"


@pytest.mark.django_db
def test_senha_errada_nao_impede_de_ler_o_wsdl(client):
    resposta = client.get(f"{ENDERECO}?wsdl", headers={"Authorization": basic("1", "errada")})

    assert ler_wsdl(resposta).tag == f"{WSDL}definitions"


def test_ler_o_wsdl_nao_toca_o_banco(client, django_assert_num_queries):
    assert client.get(f"{ENDERECO}?wsdl").status_code == 200  # sem a marca django_db, qualquer consulta falharia


def test_wsdl_nao_e_sessao_nem_pede_cookie(client):
    assert not client.get(f"{ENDERECO}?wsdl").cookies


@pytest.mark.parametrize("host", ["testserver", "localhost:8443", "127.0.0.1"])
def test_endereco_anunciado_e_o_do_pedido(client, host):
    anunciado = endereco_anunciado(client.get(f"{ENDERECO}?wsdl", headers={"Host": host}))

    assert anunciado == f"http://{host}/ProtocoloWS/integradorService"


def test_endereco_anunciado_em_tls_e_https(client):
    anunciado = endereco_anunciado(client.get(f"{ENDERECO}?wsdl", secure=True))

    assert anunciado == "https://testserver/ProtocoloWS/integradorService"


def test_atras_de_um_proxy_confiavel_o_endereco_e_o_de_fora(client, settings):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

    anunciado = endereco_anunciado(
        client.get(f"{ENDERECO}?wsdl", headers={"X-Forwarded-Proto": "https", "Host": "localhost"})
    )

    assert anunciado == "https://localhost/ProtocoloWS/integradorService"


def test_host_desconhecido_recebe_fault_e_nao_pagina(client):
    resposta = client.get(f"{ENDERECO}?wsdl", headers={"Host": 'mal"<educado'})

    assert resposta.status_code == 400
    assert etree.fromstring(resposta.content).tag == f"{SOAP}Envelope"


def test_maximo_e_declarado_como_inteiro(client):
    tipo = ler_wsdl(client.get(ENDERECO)).find(f".//{XS}element[@name='NumeroMaximoDocumentos']").get("type")

    assert tipo in {"xs:int", "xs:integer", "xs:long"}


def test_operacoes_e_espaco_de_nomes_sao_os_que_o_cliente_chama(client):
    wsdl = ler_wsdl(client.get(ENDERECO))

    operacoes = {o.get("name") for o in wsdl.iterfind(f"{WSDL}portType/{WSDL}operation")}
    assert operacoes == {"getQuantidadeMaximaDocumentosPorRequisicao", "enviarListaDocumentos"}
    assert wsdl.get("targetNamespace") == "http://endpoint.ws.protocolo.gov.br/"
    assert wsdl.find(f".//{XS}schema").get("elementFormDefault") == "unqualified"


def test_resultado_fica_direto_no_embrulho_da_resposta(client):
    tipo = ler_wsdl(client.get(ENDERECO)).find(f".//{XS}complexType[@name='enviarListaDocumentosResponse']")

    assert [e.get("name") for e in tipo.iter(f"{XS}element")] == ["ResultadoDocumento"]


@pytest.mark.parametrize("caminho", ["/ProtocoloWS/", "/ProtocoloWS", "/ProtocoloWS/outroServico", f"{ENDERECO}/x"])
def test_endereco_vizinho_que_nao_existe_responde_xml(client, caminho):
    resposta = client.get(caminho)

    assert resposta.status_code == 404 and resposta["Content-Type"] == "text/xml; charset=utf-8"
    assert etree.fromstring(resposta.content).tag == f"{SOAP}Envelope"


@pytest.mark.parametrize("metodo", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"])
def test_metodo_que_nao_existe_responde_405_em_xml(client, metodo):
    resposta = client.generic(metodo, ENDERECO)

    assert resposta.status_code == 405 and resposta["Allow"] == "GET, HEAD, POST"
    assert etree.fromstring(resposta.content).find(f".//{SOAP}Fault") is not None
