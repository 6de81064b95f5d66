"""A resposta a cada erro, na língua de quem perguntou: página, problem+json ou SOAP fault, pelo começo do caminho."""

from collections.abc import Callable
from http import HTTPStatus
from xml.sax.saxutils import escape

import structlog
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string

from pen.comum.errors import ErroDeDominio

log = structlog.stdlib.get_logger("pen.erros")
ESPERA_SEGUNDOS = 5  # até tentar de novo com o banco fora
TITULOS = {
    400: "Pedido não entendido",
    403: "Acesso não permitido",
    404: "Endereço não encontrado",
    409: "Não deu para fazer isto agora",
    422: "Não deu para fazer isto",
    429: "Muitos pedidos em pouco tempo",
    500: "Algo deu errado do nosso lado",
    503: "Fora do ar por enquanto",
}
DETALHES = {
    400: "O pedido chegou incompleto ou num formato que não entendemos.",
    403: "Você não tem permissão para fazer isto.",
    404: "Não existe nada neste endereço.",
    500: "O erro foi registrado. Tente de novo em alguns minutos.",
    503: (
        "O banco de dados não respondeu. Espere um instante e tente de novo; se você estava enviando algo, confira antes se "
        "não chegou a ser gravado."
    ),
}
FAULT = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><soap:Fault>'
    "<faultcode>soap:{culpado}</faultcode><faultstring>{frase}</faultstring>"
    "</soap:Fault></soap:Body></soap:Envelope>"
)
PAGINA_MINIMA = (
    '<!DOCTYPE html><html lang="pt-BR"><head><meta charset="utf-8"><title>{titulo} — PEN Aberto</title></head>'
    '<body><main><h1>{titulo}</h1><p>{detalhe}</p><p><a href="/">Ir para a página inicial</a></p></main></body></html>'
)


class MiddlewareDeErros:
    """Um erro de domínio que nenhuma página tratou vira a página de erro com a frase dele, nunca um 500; o banco fora, um 503."""

    def __init__(self, seguinte: Callable[[HttpRequest], HttpResponse]) -> None:
        self.seguinte = seguinte

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.seguinte(request)

    def process_exception(self, request: HttpRequest, erro: Exception) -> HttpResponse | None:
        """A resposta do erro, ou nada, se ele não é nosso."""
        if isinstance(erro, OperationalError | InterfaceError):
            return _banco_fora(request, erro)
        if not isinstance(erro, ErroDeDominio):
            return None
        return _responder(request, HTTPStatus(erro.situacao_http), detalhe=erro.mensagem)


def _banco_fora(request: HttpRequest, erro: Exception) -> HttpResponse:
    """503. A página de erro mostra quem entrou, o que o banco pode não saber dizer agora: nesse caso, o mínimo."""
    log.warning("pedido sem banco", erro=type(erro).__name__)
    try:
        resposta = _responder(request, HTTPStatus.SERVICE_UNAVAILABLE)
    except (OperationalError, InterfaceError):
        resposta = HttpResponse(PAGINA_MINIMA.format(titulo=TITULOS[503], detalhe=DETALHES[503]), status=503)
    resposta["Retry-After"] = str(ESPERA_SEGUNDOS)
    return resposta


def pedido_invalido(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400."""
    return _responder(request, HTTPStatus.BAD_REQUEST)


def sem_permissao(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    return _responder(request, HTTPStatus.FORBIDDEN)


def formulario_vencido(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 do CSRF: o formulário ficou aberto por muito tempo, ou não veio desta página."""
    return _responder(
        request, HTTPStatus.FORBIDDEN, detalhe="O formulário venceu. Volte, recarregue a página e envie de novo."
    )


def nao_encontrado(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    return _responder(request, HTTPStatus.NOT_FOUND)


def erro_inesperado(request: HttpRequest) -> HttpResponse:
    """500. Não consulta o banco; se nem a página de erro puder ser montada, responde o mínimo."""
    try:
        return _responder(request, HTTPStatus.INTERNAL_SERVER_ERROR)
    except Exception:
        return HttpResponse(PAGINA_MINIMA.format(titulo=TITULOS[500], detalhe=DETALHES[500]), status=500)


def _responder(request: HttpRequest, situacao: HTTPStatus, detalhe: str = "") -> HttpResponse:
    titulo, detalhe = TITULOS.get(situacao, TITULOS[422]), detalhe or DETALHES[situacao]
    caminho = request.path_info
    if caminho.startswith("/api/"):
        problema = {"type": "about:blank", "title": titulo, "status": situacao, "detail": detalhe}
        return _json(problema, situacao, "application/problem+json")
    if caminho.startswith("/ProtocoloWS/rest"):
        return _json({"detail": detalhe}, situacao, "application/json")
    if caminho.startswith("/ProtocoloWS"):
        culpado = "Server" if situacao >= HTTPStatus.INTERNAL_SERVER_ERROR else "Client"
        fault = FAULT.format(culpado=culpado, frase=escape(detalhe))
        return HttpResponse(fault, status=situacao, content_type="text/xml; charset=utf-8")
    contexto = {"situacao": int(situacao), "titulo": titulo, "detalhe": detalhe}
    return HttpResponse(render_to_string("portal/erro.jinja", contexto, request=request), status=situacao)


def _json(corpo: dict[str, object], situacao: HTTPStatus, content_type: str) -> HttpResponse:
    return JsonResponse(corpo, status=situacao, content_type=content_type, json_dumps_params={"ensure_ascii": False})
