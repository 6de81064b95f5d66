"""Cabeçalhos de segurança em toda resposta."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers


def politica_de_conteudo() -> str:
    """A CSP das páginas. Sair leva ao gov.br, e o navegador confere o destino final de cada formulário."""
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
            f"form-action {' '.join(destinos)}",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        ]
    )


class MiddlewareDeCabecalhos:
    """CSP sem ``unsafe-inline``, sem enquadramento, sem referência para fora."""

    def __init__(self, seguinte: Callable[[HttpRequest], HttpResponse]) -> None:
        self.seguinte = seguinte
        self.politica = politica_de_conteudo()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        resposta = self.seguinte(request)
        resposta.headers.setdefault("Content-Security-Policy", self.politica)
        if resposta.headers.get("Content-Type", "").startswith("text/html"):
            patch_vary_headers(resposta, ["Cookie"])  # o contraste escolhido está num cookie
        resposta.headers.setdefault("X-Content-Type-Options", "nosniff")
        resposta.headers.setdefault("X-Frame-Options", "DENY")
        resposta.headers.setdefault("Referrer-Policy", "same-origin")
        resposta.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        return resposta
