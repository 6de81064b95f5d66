"""O serviço ``/ProtocoloWS/integradorService``: nunca redireciona, nunca responde HTML."""

import base64
import binascii
from collections.abc import Callable
from functools import cache, wraps
from importlib.resources import files
from xml.sax.saxutils import quoteattr

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from pen.comum.errors import ErroDeDominio
from pen.comum.http import descartar_corpo, ler_corpo, origem_do_pedido
from pen.comum.vez import com_fila_propria
from pen.identidade.public import CredencialInvalida, OrgaoSuspenso, SistemaAutenticado, autenticar_sistema
from pen.protocolo_integrado.enums import Canal, CodigoDeRecusa
from pen.protocolo_integrado.errors import RecepcaoOcupada, RemessaRecusada
from pen.protocolo_integrado.interfaces.soap import mensagens
from pen.protocolo_integrado.services.recepcao import vez_de_enviar
from pen.protocolo_integrado.services.remessa import DOCUMENTOS_MAXIMO, receber_remessa, recusa_registrada

log = structlog.stdlib.get_logger("pen.soap")
CODIGOS: dict[type[ErroDeDominio], CodigoDeRecusa] = {
    CredencialInvalida: CodigoDeRecusa.CREDENCIAL,
    OrgaoSuspenso: CodigoDeRecusa.ORGAO_SUSPENSO,
    RecepcaoOcupada: CodigoDeRecusa.OUTRO,  # com código, o cliente reenvia já no mesmo ciclo
}
ENDERECO_NO_WSDL = b'"https://localhost/ProtocoloWS/integradorService"'


def falhas_em_soap(view: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """O tradutor de erros desta interface: de erro de domínio a SOAP Fault (HTTP 500, como manda o SOAP 1.1).

    O que passa com o tempo (pedidos demais, banco fora) sai sem código: o cliente trata como infraestrutura e reenvia.
    """

    @wraps(view)
    def traduzida(request: HttpRequest) -> HttpResponse:
        try:
            return view(request)
        except RemessaRecusada as erro:
            descartar_corpo(request)
            return _xml(mensagens.falha(erro.mensagem, codigo=erro.recusa), 500)
        except ErroDeDominio as erro:
            descartar_corpo(request)
            codigo = CODIGOS.get(type(erro), "")
            mensagem = f"{codigo} - {erro.mensagem}" if codigo else erro.mensagem
            return _xml(mensagens.falha(mensagem, codigo=codigo), 500)
        except (OperationalError, InterfaceError) as erro:
            log.warning("pedido sem banco", erro=type(erro).__name__)
        except Exception:
            log.exception("erro inesperado no serviço SOAP")
        return _xml(mensagens.falha("Serviço indisponível no momento; reenvie mais tarde.", do_cliente=False), 500)

    return traduzida


@com_fila_propria
@csrf_exempt
@falhas_em_soap
def integrador(request: HttpRequest) -> HttpResponse:
    """GET e HEAD (com ou sem ``?wsdl``) devolvem o WSDL sem pedir senha; POST executa uma operação, com Basic."""
    if request.method in {"GET", "HEAD"}:
        endereco = quoteattr(request.build_absolute_uri("/ProtocoloWS/integradorService")).encode()
        return _xml(_wsdl().replace(ENDERECO_NO_WSDL, endereco))
    if request.method != "POST":
        resposta = _xml(mensagens.falha("Use GET para o WSDL e POST para as operações."), 405)
        resposta["Allow"] = "GET, HEAD, POST"
        return resposta
    quem = _autenticar(request)
    with vez_de_enviar(quem.orgao_id):
        with recusa_registrada(por=quem, canal=Canal.SOAP):
            operacao, documentos = mensagens.ler_mensagem(ler_corpo(request, settings.REMESSA_MAXIMO_BYTES))
        if operacao == mensagens.CONSULTAR_MAXIMO:
            return _xml(mensagens.resposta_do_maximo(DOCUMENTOS_MAXIMO))
        recibo = receber_remessa(por=quem, documentos=documentos, canal=Canal.SOAP)
    resposta = _xml(mensagens.resposta_do_envio(recibo.resultados))
    resposta["X-Recibo"] = str(recibo.remessa_id)
    return resposta


def _autenticar(request: HttpRequest) -> SistemaAutenticado:
    esquema, _, valor = request.headers.get("Authorization", "").partition(" ")
    try:
        if esquema.lower() != "basic":
            raise ValueError
        decodificado = base64.b64decode(valor.strip(), validate=True)
    except (ValueError, binascii.Error):
        raise CredencialInvalida("Informe o código do órgão e a senha (HTTP Basic).") from None
    codigo, _, segredo = decodificado.decode("utf-8", "replace").partition(":")
    return autenticar_sistema(codigo=codigo, segredo=segredo, origem=origem_do_pedido(request))


def _xml(corpo: bytes, situacao: int = 200) -> HttpResponse:
    return HttpResponse(corpo, status=situacao, content_type="text/xml; charset=utf-8")


@cache
def _wsdl() -> bytes:
    return files("pen.protocolo_integrado.interfaces.soap").joinpath("integrador.wsdl").read_bytes()
