"""O que as páginas do fórum repetem."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from pen.identidade.public import Ator, Pessoa
from pen.participen.models import Categoria, Etiqueta, Topico
from pen.participen.rules import modera
from pen.participen.selectors.cadastro import consultar_categoria, consultar_etiqueta
from pen.participen.selectors.conduta import aceitou_as_regras
from pen.participen.selectors.topicos import consultar_topico


def responder(request: HttpRequest, modelo: str, contexto: dict[str, Any], *, errado: bool = False) -> HttpResponse:
    """A página; a de quem entrou diz o que é dela, e não fica em cache nenhum."""
    contexto = {"modera": modera(request.user), "entrou": isinstance(request.user, Pessoa)} | contexto
    resposta = render(request, modelo, contexto, status=422 if errado else 200)
    resposta["Cache-Control"] = "private, no-store" if isinstance(request.user, Pessoa) else "private, max-age=0"
    return resposta


def falta_aceitar(request: HttpRequest) -> HttpResponseRedirect | None:
    """Aonde ir aceitar as regras, se a pessoa ainda não as aceitou; depois, volta para cá."""
    if isinstance(request.user, Pessoa) and aceitou_as_regras(request.user):
        return None
    volta = request.get_full_path() if request.method in {"GET", "HEAD"} else reverse("participen:inicio")
    return HttpResponseRedirect(f"{reverse('participen:regras')}?{urlencode({'proximo': volta})}#aceitar")


def achar_alvo(tipo: str, codigo: str, *, para: Ator) -> Categoria | Topico | Etiqueta | None:
    """A categoria, a etiqueta ou o tópico que se quer seguir; ``None``, se o endereço não diz nenhum."""
    if tipo == "categoria":
        return consultar_categoria(codigo)
    if tipo == "etiqueta":
        return consultar_etiqueta(codigo)
    if tipo == "topico" and codigo.isdecimal() and codigo.isascii() and len(codigo) < 19:
        return consultar_topico(int(codigo), para=para)
    return None


def endereco_do_alvo(alvo: Categoria | Topico | Etiqueta) -> str:
    """A página da coisa."""
    if isinstance(alvo, Topico):
        return reverse("participen:topico", args=[alvo.pk])
    return reverse(f"participen:{'categoria' if isinstance(alvo, Categoria) else 'etiqueta'}", args=[alvo.codigo])
