"""As páginas que vários contextos mostram iguais."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def pedir_confirmacao(request: HttpRequest, *, titulo: str, texto: str, botao: str, voltar: str) -> HttpResponse:
    """A página que pergunta antes; o botão faz POST no mesmo endereço."""
    contexto = {"titulo": titulo, "texto": texto, "botao_de_fazer": botao, "voltar": voltar}
    return render(request, "designsys/confirmar.jinja", contexto)
