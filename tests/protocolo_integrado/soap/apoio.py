"""O que os testes do SOAP dizem e leem: pedidos como o cliente dos órgãos os faz, respostas como ele as lê."""

import base64
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from django.http import HttpResponse
from django.test import Client
from lxml import etree

from pen.identidade.public import Ambiente, Orgao
from tests.fabricas.identidade import fabricar_credencial, fabricar_orgao
from tests.fabricas.protocolo import fabricar_nup

ENDERECO = "/ProtocoloWS/integradorService"
MENSAGENS = Path(__file__).parent / "mensagens"
SOAP = "{http://schemas.xmlsoap.org/soap/envelope/}"
NS = "{http://endpoint.ws.protocolo.gov.br/}"
MAXIMO = b'<ns:getQuantidadeMaximaDocumentosPorRequisicao xmlns:ns="http://endpoint.ws.protocolo.gov.br/"/>'


def basic(codigo: str, segredo: str) -> str:
    return "Basic " + base64.b64encode(f"{codigo}:{segredo}".encode()).decode()


def documento_xml(
    protocolo: str | None = None, *, assunto: str = "Pessoal: Férias", producao: str = "", **outros: str
) -> str:
    """Um elemento ``Documento`` que seria aceito; ``outros`` troca relacionados, interessados e histórico."""
    historico = outros.get(
        "historico",
        "<ItemHistorico><DataHoraOperacao>2024-03-05T10:00:00-03:00</DataHoraOperacao>"
        "<UnidadeOperacao>PROT/ORG</UnidadeOperacao><Operacao>Processo recebido na unidade</Operacao></ItemHistorico>",
    )
    return (
        f"<Documento><Protocolo>{protocolo or fabricar_nup()}</Protocolo>"
        f"<DataHoraProducao>{producao or '2024-03-04T00:00:00-03:00'}</DataHoraProducao>"
        f"<Especie>Processo</Especie><Assunto>{assunto}</Assunto>"
        f"{outros.get('relacionados', '')}{outros.get('interessados', '')}<Historico>{historico}</Historico></Documento>"
    )


def envelope(*documentos: str | bytes, declaracao: bytes = b"") -> bytes:
    """A mensagem de envio com estes ``Documento``; bytes entram como estão, mesmo que não sejam UTF-8."""
    lista = b"".join(d.encode() if isinstance(d, str) else d for d in documentos)
    return em_envelope(
        b'<ns:enviarListaDocumentos xmlns:ns="http://endpoint.ws.protocolo.gov.br/"><ListaDocumentos>'
        + lista
        + b"</ListaDocumentos></ns:enviarListaDocumentos>",
        declaracao,
    )


def em_envelope(pedido: bytes, declaracao: bytes = b"") -> bytes:
    return (
        declaracao
        + b'<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body>'
        + pedido
        + b"</soapenv:Body></soapenv:Envelope>"
    )


class Sistema:
    """O sistema de um órgão, com credencial, falando com o serviço pelo cliente de testes do Django."""

    def __init__(self, client: Client, orgao: Orgao | None = None, ambiente: Ambiente = Ambiente.PRODUCAO) -> None:
        self.client, self.orgao = client, orgao or fabricar_orgao()
        self.credencial, self.segredo = fabricar_credencial(self.orgao, ambiente)

    def postar(self, corpo: bytes, caminho: str = ENDERECO, **cabecalhos: object) -> HttpResponse:
        """O POST como o PHP o faz; ``cabecalhos`` trocam ou acrescentam (nomes do WSGI)."""
        padrao = {"HTTP_SOAPACTION": '""', "HTTP_AUTHORIZATION": basic(self.orgao.codigo, self.segredo)}
        if not corpo:
            padrao["wsgi.input"] = BytesIO()
        return self.client.generic("POST", caminho, corpo, "text/xml; charset=utf-8", **padrao | cabecalhos)

    def enviar(self, *documentos: str | bytes) -> list[tuple[str, str]]:
        return resultados(self.postar(envelope(*documentos)))


def corpo_soap(resposta: HttpResponse) -> etree._Element:
    """O que há dentro de ``Body``; confere o que vale para toda resposta: XML, UTF-8, envelope 1.1, sem redirecionar."""
    assert resposta["Content-Type"] == "text/xml; charset=utf-8"
    resposta.content.decode("utf-8")
    raiz = etree.fromstring(resposta.content)
    assert raiz.tag == f"{SOAP}Envelope"
    return raiz.find(f"{SOAP}Body")[0]


def resultados(resposta: HttpResponse) -> list[tuple[str, str]]:
    """(Protocolo, Resultado) na ordem, lidos onde o cliente os lê: filhos diretos do embrulho, sem espaço de nomes."""
    assert resposta.status_code == 200, resposta.content[:500]
    embrulho = corpo_soap(resposta)
    assert embrulho.tag == f"{NS}enviarListaDocumentosResponse"
    assert {filho.tag for filho in embrulho} <= {"ResultadoDocumento"}
    return [(r.findtext("Protocolo"), r.findtext("Resultado")) for r in embrulho]


@dataclass
class Falha:
    frase: str
    codigo: str | None
    mensagem: str | None


def falha(resposta: HttpResponse) -> Falha:
    fault = corpo_soap(resposta)
    assert resposta.status_code == 500 and fault.tag == f"{SOAP}Fault", resposta.content[:500]
    return Falha(
        fault.findtext("faultstring"),
        fault.findtext(f"detail/{NS}NegocioFault/codigoFault"),
        fault.findtext(f"detail/{NS}NegocioFault/mensagemFault"),
    )
