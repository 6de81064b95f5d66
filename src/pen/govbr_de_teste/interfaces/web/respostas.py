"""Como este emissor responde a pessoas e a sistemas; é aqui, e só aqui, que uma recusa vira resposta HTTP."""

import base64
import binascii
import time
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from pen.comum.errors import conferir
from pen.govbr_de_teste.errors import ClienteInvalido, ErroDeOAuth, EscopoInsuficiente, PedidoInvalido, TokenInvalido
from pen.govbr_de_teste.services.defeitos import Defeitos, ler_defeitos

P = ParamSpec("P")


def para_pessoas(view: Callable[P, HttpResponse]) -> Callable[P, HttpResponse]:
    """Mostra a recusa numa página: nunca redireciona para um endereço que não foi conferido."""

    @wraps(view)
    def responder(*args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(*args, **kwargs)
        except ErroDeOAuth as erro:
            request: Any = args[0]
            return render(request, "govbr_de_teste/recusa.jinja", {"erro": erro}, status=erro.situacao_http)

    return never_cache(responder)


def para_sistemas(
    view: Callable[Concatenate[HttpRequest, Defeitos, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Dá à view os defeitos de agora, espera o que eles mandam e escreve a recusa na forma do OAuth."""

    @wraps(view)
    def responder(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        defeitos = ler_defeitos()
        time.sleep(defeitos.demora_segundos)
        try:
            resposta = view(request, defeitos, *args, **kwargs)
        except ErroDeOAuth as erro:
            resposta = _recusa(erro)
        resposta["Cache-Control"], resposta["Pragma"] = "no-store", "no-cache"
        return resposta

    return csrf_exempt(responder)


def json(corpo: Any, situacao: int = 200) -> HttpResponse:
    """Um JSON com acentos legíveis."""
    return JsonResponse(corpo, status=situacao, safe=False, json_dumps_params={"ensure_ascii": False})


def voltar(endereco: str, **parametros: str | None) -> HttpResponse:
    """Redireciona para um endereço já conferido, com os parâmetros que não são nulos."""
    consulta = urlencode({nome: valor for nome, valor in parametros.items() if valor is not None})
    separador = "&" if urlsplit(endereco).query else "?"
    return HttpResponseRedirect(f"{endereco}{separador}{consulta}" if consulta else endereco)


def unicos(parametros: QueryDict) -> dict[str, str]:
    """Os parâmetros, recusando o que vem repetido (RFC 6749, 3.1)."""
    repetidos = [nome for nome, valores in parametros.lists() if len(valores) > 1]
    conferir(not repetidos, PedidoInvalido("Há parâmetro repetido."))
    return {nome: valores[0] for nome, valores in parametros.lists()}


def credencial_basic(request: HttpRequest) -> tuple[str, str] | None:
    """O par de ``Authorization: Basic``, ou nada se falta ou não se entende."""
    esquema, _, resto = request.headers.get("Authorization", "").partition(" ")
    if esquema.lower() != "basic":
        return None
    try:
        cliente, dois_pontos, segredo = base64.b64decode(resto.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None
    return (cliente, segredo) if dois_pontos else None


def token_bearer(request: HttpRequest) -> str:
    """O token de ``Authorization: Bearer``.

    Levanta:
        TokenInvalido: não veio.
    """
    esquema, _, token = request.headers.get("Authorization", "").partition(" ")
    conferir(esquema.lower() == "bearer" and bool(token.strip()), TokenInvalido("Falta Authorization: Bearer."))
    return token.strip()


def _recusa(erro: ErroDeOAuth) -> HttpResponse:
    resposta = json({"error": erro.codigo, "error_description": erro.mensagem}, erro.situacao_http)
    if isinstance(erro, ClienteInvalido):
        resposta["WWW-Authenticate"] = 'Basic realm="govbr-de-teste"'
    elif isinstance(erro, TokenInvalido | EscopoInsuficiente):
        resposta["WWW-Authenticate"] = f'Bearer realm="govbr-de-teste", error="{erro.codigo}"'
    return resposta
