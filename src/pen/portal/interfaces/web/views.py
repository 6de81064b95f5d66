"""As páginas que não são de um contexto só: início, ajuda e preferências de quem lê."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

UM_ANO = 365 * 24 * 60 * 60
ROBOTS = """User-agent: *
Disallow: /protocolo/processos/
Disallow: /protocolo/consulta/
"""


@require_safe
def inicio(request: HttpRequest) -> HttpResponse:
    """A porta de entrada: um campo de busca e o que é isto, em palavras simples."""
    return render(request, "portal/inicio.jinja")


@require_safe
def ajuda(request: HttpRequest) -> HttpResponse:
    """Perguntas de quem procura um processo, acessibilidade e privacidade."""
    return render(request, "portal/ajuda.jinja")


@require_safe
def ajuda_orgaos(request: HttpRequest) -> HttpResponse:
    """Como um órgão passa a enviar seus processos."""
    return render(request, "portal/ajuda_orgaos.jinja", {"base": request.build_absolute_uri("/").rstrip("/")})


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Mantém os processos, que têm nomes de pessoas, fora dos buscadores."""
    return HttpResponse(ROBOTS, content_type="text/plain; charset=utf-8")


@csrf_exempt  # não muda nada além da aparência, e a página precisa funcionar sem cookie
@require_POST
def contraste(request: HttpRequest) -> HttpResponse:
    """Guarda a escolha de contraste e volta à página de onde a pessoa veio."""
    voltar = request.POST.get("voltar", "/")
    seguro = voltar.startswith("/") and url_has_allowed_host_and_scheme(voltar, allowed_hosts=None)
    resposta = HttpResponseRedirect(voltar if seguro else "/")
    if request.POST.get("contraste") == "alto":
        resposta.set_cookie("contraste", "alto", max_age=UM_ANO, httponly=True, samesite="Lax", secure=request.is_secure())
    else:
        resposta.delete_cookie("contraste", samesite="Lax")
    return resposta
