"""Cabeçalhos de segurança em toda resposta."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

POLITICA_DE_CONTEUDO = "; ".join(
    [
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "font-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)


class MiddlewareDeCabecalhos:
    """CSP sem ``unsafe-inline``, sem enquadramento, sem referência para fora."""

    def __init__(self, seguinte: Callable[[HttpRequest], HttpResponse]) -> None:
        self.seguinte = seguinte

    def __call__(self, request: HttpRequest) -> HttpResponse:
        resposta = self.seguinte(request)
        resposta.headers.setdefault("Content-Security-Policy", POLITICA_DE_CONTEUDO)
        if resposta.headers.get("Content-Type", "").startswith("text/html"):
            patch_vary_headers(resposta, ["Cookie"])  # o contraste escolhido está num cookie
        resposta.headers.setdefault("X-Content-Type-Options", "nosniff")
        resposta.headers.setdefault("X-Frame-Options", "DENY")
        resposta.headers.setdefault("Referrer-Policy", "same-origin")
        resposta.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        return resposta
