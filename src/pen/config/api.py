"""A API pública de consulta, ``/api/v1/``: junta as rotas dos contextos e traduz erros em problem+json (RFC 9457)."""

import math
from collections.abc import Callable
from typing import Any

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from ninja import NinjaAPI
from ninja.errors import HttpError, Throttled, ValidationError
from ninja.openapi.docs import DocsBase
from ninja.throttling import BaseThrottle

from pen import __version__
from pen.comum.errors import ErroDeDominio, LimiteExcedido
from pen.comum.http import origem_do_pedido
from pen.identidade.public import contar_uso_aos_poucos

log = structlog.stdlib.get_logger("pen.api")
TITULOS = {
    400: "Pedido malformado", 401: "Falta se identificar", 403: "Sem permissão", 404: "Não encontrado",
    405: "Método não aceito", 422: "Pedido inválido", 429: "Pedidos demais", 500: "Erro inesperado", 503: "Indisponível",
}  # fmt: skip


class LimitePorOrigem(BaseThrottle):
    """No máximo ``PEN_API_PEDIDOS_POR_MINUTO`` por endereço de rede, contados no banco aos poucos."""

    espera: float | None = None

    def allow_request(self, request: HttpRequest) -> bool:
        """Conta este pedido e diz se ele cabe no limite."""
        try:
            contar_uso_aos_poucos(f"api:{origem_do_pedido(request)}", limite=settings.API_PEDIDOS_POR_MINUTO)
        except LimiteExcedido as erro:
            request.espera_da_api = erro.detalhes["espere_segundos"]  # type: ignore[attr-defined]
            return False
        return True

    def wait(self) -> float | None:
        """Segundos até a janela virar (o valor exato vai pelo pedido; aqui, o maior possível)."""
        return 60


def so_a_leitura(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view de uma leitura pública sem o ninja, que custava um sétimo dela: só o limite, e os erros na forma da API.

    Quem a chama já conferiu o que veio no endereço.
    """
    limite = LimitePorOrigem()

    def ler(request: HttpRequest, **partes: Any) -> HttpResponse:
        try:
            if not limite.allow_request(request):
                raise Throttled(wait=None)
            return view(request, **partes)
        except Exception as erro:
            return api.on_exception(request, erro)

    return ler


class PaginaDaApi(DocsBase):
    """A documentação em HTML, desenhada por nós a partir do OpenAPI; funciona sem script."""

    def render_page(self, request: HttpRequest, api: NinjaAPI, **kwargs: Any) -> HttpResponse:
        """A página ``/api/v1/documentacao``."""
        return render(request, "portal/api.jinja", {"esquema": api.get_openapi_schema(path_prefix="/api/v1/")})


api = NinjaAPI(
    title="PEN Aberto: consulta de processos",
    version="1",
    description=(
        "Consulta pública dos processos que os órgãos enviam ao Protocolo Integrado. Só o que é público aparece: processos "
        "resumidos vêm sem assunto e sem nomes, e os ocultos respondem como se não existissem. Não é preciso se identificar, "
        "a não ser para numerar, para as consultas gerenciais, para os chamados da Central e para escrever no fórum."
    ),
    docs=PaginaDaApi(),
    docs_url="/documentacao",
    openapi_url="/openapi.json",
    throttle=[LimitePorOrigem()],
    urls_namespace="api-v1",
    openapi_extra={"info": {"x-produto": __version__, "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}}},
)
api.add_router("", "pen.protocolo_integrado.interfaces.rest.publica.router")
api.add_router("/gestao", "pen.protocolo_integrado.interfaces.rest.gestao.router")
api.add_router("", "pen.nup.interfaces.rest.views.router")
api.add_router("", "pen.nup.interfaces.rest.unidades.router")
api.add_router("", "pen.nup.interfaces.rest.numeracao.router")
api.add_router("", "pen.conhecimento.interfaces.rest.artigos.router")
api.add_router("", "pen.assistente.interfaces.rest.perguntas.router")
api.add_router("", "pen.participen.interfaces.rest.topicos.router")
for rotas in ("chamados", "no_chamado", "fila", "manifestacoes", "gestao", "cadastro", "webhooks"):
    api.add_router("", f"pen.atendimento.interfaces.rest.{rotas}.router")


def problema(situacao: int, detalhe: str, codigo: str = "", **extras: object) -> JsonResponse:
    """Uma resposta ``application/problem+json``; ``codigo`` é estável, ``detail`` é para pessoas."""
    corpo = {"type": f"urn:pen-aberto:erro:{codigo or 'http'}", "title": TITULOS.get(situacao, "Erro"), "status": situacao}
    corpo |= {"detail": detalhe} | ({"codigo": codigo} if codigo else {}) | extras
    return JsonResponse(
        corpo, status=situacao, content_type="application/problem+json", json_dumps_params={"ensure_ascii": False}
    )


class MiddlewareDaApi:
    """Dá forma de problem+json ao 405, que o ninja responde em HTML."""

    def __init__(self, seguinte: Callable[[HttpRequest], HttpResponse]) -> None:
        self.seguinte = seguinte

    def __call__(self, request: HttpRequest) -> HttpResponse:
        resposta = self.seguinte(request)
        if resposta.status_code == 405 and request.path.startswith("/api/"):
            aceitos = resposta["Allow"]
            resposta = problema(405, f"Este endereço não aceita {request.method}; use {aceitos}.", "metodo-nao-aceito")
            resposta["Allow"] = aceitos
        return resposta


@api.exception_handler(ErroDeDominio)
def _de_dominio(request: HttpRequest, erro: ErroDeDominio) -> HttpResponse:
    campo = erro.detalhes.get("campo")
    onde = {"campos": [{"campo": str(campo), "problema": erro.mensagem}]} if campo else {}
    resposta = problema(erro.situacao_http, erro.mensagem, erro.codigo, **onde)
    if isinstance(erro, LimiteExcedido) and "espere_segundos" in erro.detalhes:
        resposta["Retry-After"] = str(erro.detalhes["espere_segundos"])
    return resposta


@api.exception_handler(Throttled)
def _limitado(request: HttpRequest, erro: Throttled) -> HttpResponse:
    espere = math.ceil(getattr(request, "espera_da_api", None) or erro.wait or 60)
    resposta = problema(429, f"Muitos pedidos em pouco tempo. Espere {espere} segundos.", "limite-excedido")
    resposta["Retry-After"] = str(espere)
    return resposta


@api.exception_handler(ValidationError)
def _invalido(request: HttpRequest, erro: ValidationError) -> HttpResponse:
    campos = [{"campo": str(e["loc"][-1]), "problema": _frase(e)} for e in erro.errors]
    return problema(422, "Há campos que não se entendem.", "pedido-invalido", campos=campos)


def _frase(erro: dict[str, Any]) -> str:
    tipos = {
        "missing": "falta informar", "date_from_datetime_parsing": "deve ser uma data AAAA-MM-DD",
        "date_parsing": "deve ser uma data AAAA-MM-DD", "string_too_long": "é longo demais", "extra_forbidden": "não existe",
        "datetime_from_date_parsing": "deve ser um instante AAAA-MM-DDThh:mm:ss-03:00", "string_type": "deve ser um texto",
        "datetime_parsing": "deve ser um instante AAAA-MM-DDThh:mm:ss-03:00", "json_invalid": "não é JSON",
    }  # fmt: skip
    return tipos.get(erro["type"], "não serve")


@api.exception_handler(HttpError)
def _http(request: HttpRequest, erro: HttpError) -> HttpResponse:
    frases = {400: "O corpo do pedido não é JSON.", 405: "Este endereço não aceita esse método."}
    return problema(erro.status_code, frases.get(erro.status_code, "O pedido não pôde ser atendido."))


@api.exception_handler(OperationalError)
@api.exception_handler(InterfaceError)
def _banco_fora(request: HttpRequest, erro: Exception) -> HttpResponse:
    log.warning("pedido sem banco", erro=type(erro).__name__)
    resposta = problema(503, "O banco de dados não respondeu. Espere um instante e repita o pedido.", "banco-fora")
    resposta["Retry-After"] = "5"
    return resposta


@api.exception_handler(Exception)
def _inesperado(request: HttpRequest, erro: Exception) -> HttpResponse:
    log.error("erro inesperado na API", exc_info=erro)
    return problema(500, "Erro inesperado; tente de novo em alguns minutos.", "erro-inesperado")
