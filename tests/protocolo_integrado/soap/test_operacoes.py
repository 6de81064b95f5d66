"""As duas operações: o máximo e o envio."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pen.protocolo_integrado.models import Registro, Remessa
from tests.fabricas.protocolo import fabricar_nup
from tests.protocolo_integrado.soap.apoio import (
    ENDERECO,
    MAXIMO,
    NS,
    Sistema,
    corpo_soap,
    documento_xml,
    em_envelope,
    envelope,
    falha,
    resultados,
)

pytestmark = pytest.mark.django_db


def test_maximo_e_o_inteiro_cem_direto_no_embrulho(sistema):
    corpo = corpo_soap(sistema.postar(em_envelope(MAXIMO)))

    assert corpo.tag == f"{NS}getQuantidadeMaximaDocumentosPorRequisicaoResponse"
    assert [(e.tag, e.text) for e in corpo] == [("NumeroMaximoDocumentos", "300")]


def test_pedir_o_maximo_nao_deixa_recibo(sistema):
    sistema.postar(em_envelope(MAXIMO))

    assert not Remessa.objects.exists()


@pytest.mark.parametrize(
    "caminho", [f"{ENDERECO}?WSDL", f"{ENDERECO}?wsdl", f"{ENDERECO}?a=b&c", f"{ENDERECO}/", f"{ENDERECO}/?WSDL"]
)
def test_post_com_qualquer_consulta_no_endereco_e_atendido(sistema, caminho):
    assert resultados(sistema.postar(envelope(documento_xml()), caminho))[0][1] == "Ok!"


@pytest.mark.parametrize(
    "tipo", ["text/xml", "application/soap+xml", "text/plain", "application/x-www-form-urlencoded", ""]
)
def test_content_type_de_cliente_estranho_nao_impede(sistema, tipo):
    assert resultados(sistema.postar(envelope(documento_xml()), CONTENT_TYPE=tipo))[0][1] == "Ok!"


@pytest.mark.parametrize("acao", ["", '""', '"enviarListaDocumentos"', "qualquer"])
def test_soapaction_nao_importa(sistema, acao):
    assert resultados(sistema.postar(envelope(documento_xml()), HTTP_SOAPACTION=acao))[0][1] == "Ok!"


def test_trezentos_documentos_devolvem_trezentos_resultados_na_mesma_ordem(sistema):
    numeros = [fabricar_nup() for _ in range(300)]

    assert sistema.enviar(*map(documento_xml, numeros)) == [(n, "Ok!") for n in numeros]


def test_duzentos_e_noventa_e_nove_documentos_que_e_o_maximo_menos_um_tambem(sistema):
    assert len(sistema.enviar(*[documento_xml() for _ in range(299)])) == 299


def test_numero_e_ecoado_como_veio_mesmo_mascarado(sistema):
    assert sistema.enviar(documento_xml("50650.001658/2017-17")) == [("50650.001658/2017-17", "Ok!")]


def test_o_mesmo_documento_duas_vezes_na_remessa_tem_dois_resultados(sistema):
    igual = documento_xml()

    assert [r for _, r in sistema.enviar(igual, igual)] == ["Ok!", "Ok!"] and Registro.objects.count() == 1


def test_toda_recusa_de_documento_comeca_por_codigo_que_o_cliente_conhece(sistema):
    ruins = [
        documento_xml("?"), documento_xml(" "), documento_xml(assunto=""), documento_xml(producao="x"),
        documento_xml(producao="2999-01-01T00:00:00Z"), documento_xml(assunto="a" * 20_001), "<Documento/>",
    ]  # fmt: skip

    codigos = [resultado[:8] for _, resultado in sistema.enviar(*ruins)]

    assert codigos == ["NF003 - ", "NF004 - ", "NF004 - ", "NF005 - ", "NF006 - ", "NF007 - ", "NF004 - "]


def test_recusa_escapa_o_que_veio(sistema):
    [(protocolo, resultado)] = sistema.enviar(documento_xml("&lt;b&gt;&amp;", producao="&lt;script&gt;"))

    assert protocolo == "<b>&" and resultado.startswith("NF003")


@pytest.mark.parametrize("quantidade", [0, 301, 10_000])
def test_lista_fora_do_tamanho_e_nf002_com_recibo(sistema, quantidade):
    erro = falha(sistema.postar(envelope(*[documento_xml("1")] * quantidade)))

    assert erro.codigo == "NF002" and erro.frase.startswith("NF002 - ") and "300" in erro.frase
    remessa = Remessa.objects.get()
    assert (remessa.documentos, remessa.recusados, remessa.erro) == (quantidade, quantidade, erro.frase)
    assert not Registro.objects.exists()


def test_envio_sem_o_elemento_da_lista_e_lista_vazia(sistema):
    pedido = b'<ns:enviarListaDocumentos xmlns:ns="http://endpoint.ws.protocolo.gov.br/"/>'

    assert falha(sistema.postar(em_envelope(pedido))).codigo == "NF002"


@pytest.mark.parametrize("pedido", [b"<x/>", b'<n:apagarTudo xmlns:n="http://endpoint.ws.protocolo.gov.br/"/>', b"", b"t"])
def test_operacao_desconhecida_e_fault_que_diz_quais_ha(sistema, pedido):
    erro = falha(sistema.postar(em_envelope(pedido)))

    assert erro.codigo == "NF002" and "enviarListaDocumentos" in erro.frase


def test_nome_da_operacao_com_outra_caixa_e_desconhecido(sistema):
    pedido = b'<n:EnviarListaDocumentos xmlns:n="http://endpoint.ws.protocolo.gov.br/"/>'

    assert "desconhecida" in falha(sistema.postar(em_envelope(pedido))).frase


@pytest.mark.parametrize(
    "mensagem", [b"<a/>", b"<Envelope/>", b'<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"/>']
)
def test_o_que_nao_e_envelope_soap_1_1_e_nf002(sistema, mensagem):
    assert "SOAP 1.1" in falha(sistema.postar(mensagem)).frase


def test_recibo_diz_quem_quando_e_quanto(sistema):
    resposta = sistema.postar(envelope(documento_xml(), documento_xml("?")))

    remessa = Remessa.objects.get(pk=resposta["X-Recibo"])
    assert (remessa.orgao_id, remessa.credencial_id) == (sistema.orgao.pk, sistema.credencial.pk)
    assert (remessa.canal, remessa.ambiente) == ("soap", "producao")
    assert (remessa.documentos, remessa.aceitos, remessa.recusados, remessa.novos) == (2, 1, 1, 1)


def test_orgao_nao_muda_o_registro_de_outro(sistema, client):
    nup, outro = fabricar_nup(), Sistema(client)
    sistema.enviar(documento_xml(nup, assunto="O original"))

    outro.enviar(documento_xml(nup, assunto="O do outro"))

    assert Registro.objects.get(numero=nup, orgao=sistema.orgao).assunto == "O original"


def test_consultas_nao_crescem_com_a_remessa(sistema, django_assert_num_queries):
    sistema.enviar(documento_xml())
    with CaptureQueriesContext(connection) as com_um:
        sistema.enviar(documento_xml())

    with django_assert_num_queries(len(com_um)):
        sistema.enviar(*[documento_xml() for _ in range(3)])


def test_servico_nao_cria_sessao_nem_pede_csrf(sistema):
    sistema.client.handler.enforce_csrf_checks = True

    resposta = sistema.postar(envelope(documento_xml()))

    assert resultados(resposta)[0][1] == "Ok!" and not resposta.cookies
