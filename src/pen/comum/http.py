"""Leitura de pedidos HTTP com limites."""

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.cache import add_never_cache_headers

from pen.comum.errors import ErroDeDominio

PEDACO = 64 * 1024
DESCARTE_MAXIMO = 512 * 1024 * 1024


class CorpoGrandeDemais(ErroDeDominio):
    """O corpo do pedido passa do limite desta interface."""

    codigo = "corpo-grande-demais"
    situacao_http = 413


def descartar_corpo(request: HttpRequest) -> None:
    """Descarta o corpo, se ninguém o leu: quem ainda o está enviando não leria a resposta, e veria a conexão cair."""
    if request.method == "POST" and not getattr(request, "corpo_lido", False):
        with suppress(CorpoGrandeDemais):
            ler_corpo(request, 0)


def ler_corpo(request: HttpRequest, limite: int) -> bytes:
    """O corpo do pedido, com ou sem ``Content-Length`` (``Transfer-Encoding: chunked``), até ``limite`` bytes.

    O que passa do limite é lido e descartado aos pedaços, para que o cliente consiga receber a resposta.

    Levanta:
        CorpoGrandeDemais: o corpo passa de ``limite``.
    """
    request.corpo_lido = True  # type: ignore[attr-defined]
    entrada = request.META["wsgi.input"]
    declarado = int(request.META.get("CONTENT_LENGTH") or 0) or None
    partes: list[bytes] = []
    lidos = 0
    while declarado is None or lidos < declarado:
        pedaco = entrada.read(PEDACO if declarado is None else min(PEDACO, declarado - lidos))
        if not pedaco:
            break
        lidos += len(pedaco)
        if lidos <= limite and (declarado or 0) <= limite:
            partes.append(pedaco)
        else:
            partes.clear()
        if lidos > DESCARTE_MAXIMO:
            break
    if lidos > limite or (declarado or 0) > limite:
        raise CorpoGrandeDemais(f"O pedido passa do limite de {limite // 2**20} MB; envie em partes menores.")
    return b"".join(partes)


def origem_do_pedido(request: HttpRequest) -> str:
    """O endereço de rede de quem pede: atrás dos proxies de ``PEN_PROXIES``, o último que não é um deles."""
    origem = str(request.META.get("REMOTE_ADDR") or "desconhecida")
    encaminhados = [parte.strip() for parte in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    while origem in settings.PROXIES_CONFIAVEIS and encaminhados:
        try:
            origem = str(ip_address(encaminhados.pop()))
        except ValueError:
            break
    return origem


def endereco_com(request: HttpRequest, **trocas: str) -> str:
    """O endereço desta página com os parâmetros trocados, para um link; o que fica vazio sai."""
    consulta = request.GET.copy()
    for nome, valor in trocas.items():
        consulta.pop(nome, None)
        if valor:
            consulta[nome] = valor
    return f"?{consulta.urlencode()}" if consulta else request.path


def exige_entrada(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Decorador de página: quem não entrou vai para «Entrar» e volta para cá; a página não fica em cache nenhum."""

    @wraps(view)
    def protegida(request: HttpRequest, *partes: Any, **nomeadas: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            volta = request.get_full_path() if request.method in {"GET", "HEAD"} else "/"
            return HttpResponseRedirect(f"/entrar/?{urlencode({'proximo': volta})}")
        resposta = view(request, *partes, **nomeadas)
        add_never_cache_headers(resposta)
        resposta["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        return resposta

    return protegida
