"""Cabeçalhos de segurança em toda resposta."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

_DE_TODAS = (
    ("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
)  # fmt: skip


def politica_de_conteudo(*, embutida: bool = False) -> str:
    """A CSP das páginas. Sair leva ao gov.br, e o navegador confere o destino final de cada formulário.

    Uma página ``embutida`` pode ser enquadrada por qualquer sítio; as outras, por nenhum.
    """
    destinos = ["'self'"]
    if settings.GOVBR_EMISSOR:
        emissor = urlsplit(settings.GOVBR_EMISSOR)
        destinos.append(f"{emissor.scheme}://{emissor.netloc}")
    return "; ".join(
        [
            "default-src 'none'",
            "style-src 'self'",
            "script-src 'self'",
            "worker-src 'self'",
            "font-src 'self'",
            "img-src 'self' data:",
            "connect-src 'self'",
            "frame-src 'self'",
            f"form-action {' '.join(destinos)}",
            "base-uri 'none'",
            "frame-ancestors *" if embutida else "frame-ancestors 'none'",
        ]
    )


def embutivel(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Decorador de página: outros sítios podem mostrá-la dentro dos deles. Só para o que não tem sessão nem muda nada."""

    @wraps(view)
    def aberta(request: HttpRequest, *partes: Any, **nomeadas: Any) -> HttpResponse:
        resposta = view(request, *partes, **nomeadas)
        resposta.headers["Content-Security-Policy"] = politica_de_conteudo(embutida=True)
        resposta.embutivel = True  # type: ignore[attr-defined]
        return resposta

    return aberta


class MiddlewareDeCabecalhos:
    """CSP sem ``unsafe-inline``, sem enquadramento (menos o de ``embutivel``), sem referência para fora."""

    def __init__(self, seguinte: Callable[[HttpRequest], HttpResponse]) -> None:
        self.seguinte = seguinte
        self.politica = politica_de_conteudo()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        resposta = self.seguinte(request)
        proteger(resposta, self.politica)
        return resposta


def proteger(resposta: HttpResponse, politica: str) -> None:
    """Põe na resposta os cabeçalhos que faltam, com a ``politica`` de conteúdo."""
    for nome, valor in cabecalhos_que_faltam(resposta, politica):
        resposta.headers[nome] = valor


def cabecalhos_que_faltam(resposta: HttpResponse, politica: str) -> list[tuple[str, str]]:
    """O que ``proteger`` poria, para quem já não passa pela resposta do Django; o ``Vary`` das páginas fica nela."""
    if resposta.headers.get("Content-Type", "").startswith("text/html"):
        patch_vary_headers(resposta, ["Cookie"])  # o contraste escolhido está num cookie
    todos = [("Content-Security-Policy", politica), *_DE_TODAS]
    if not getattr(resposta, "embutivel", False):
        todos.append(("X-Frame-Options", "DENY"))
    return [par for par in todos if par[0] not in resposta.headers]
