"""A página da auditoria e o CSV dela. Tudo é GET: o endereço do que se filtrou pode ser guardado."""

from typing import Any

from django.http import HttpRequest, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from pen.auditoria.interfaces.web import presenters
from pen.auditoria.interfaces.web.forms import AtosForm
from pen.auditoria.rules import ve_todos_os_atos
from pen.auditoria.selectors.atos import MAXIMO_PARA_BAIXAR, listar_atos, percorrer_atos


@require_safe
def listar(request: HttpRequest) -> HttpResponseBase:
    """Os atos que a pessoa pode ver, do mais novo ao mais antigo, 50 por página."""
    if not request.user.is_authenticated:
        return _ir_entrar(request)
    form = AtosForm(request.GET)
    contexto: dict[str, Any] = {"form": form, "atos": None, "ve_tudo": ve_todos_os_atos(request.user)}
    if form.is_valid():
        pagina = listar_atos(request.user, form.filtros(), request.GET.get("apos", ""))
        contexto |= {
            "atos": [presenters.linha(ato, request.user.pk) for ato in pagina.itens],
            "proxima": _endereco(request, "auditoria:listar", pagina.proxima) if pagina.proxima else None,
            "primeira": _endereco(request, "auditoria:listar") if request.GET.get("apos") else None,
            "baixar": _endereco(request, "auditoria:baixar"),
            "maximo": MAXIMO_PARA_BAIXAR,
        }
    return _reservada(render(request, "auditoria/atos.jinja", contexto))


@require_safe
def baixar(request: HttpRequest) -> HttpResponseBase:
    """Os mesmos atos em CSV, até dez mil. Filtros errados voltam à página, que os explica."""
    if not request.user.is_authenticated:
        return _ir_entrar(request)
    form = AtosForm(request.GET)
    if not form.is_valid():
        return _reservada(HttpResponseRedirect(_endereco(request, "auditoria:listar")))
    linhas = presenters.linhas_do_csv(percorrer_atos(request.user, form.filtros()))
    resposta = StreamingHttpResponse(linhas, content_type="text/csv; charset=utf-8")
    resposta["Content-Disposition"] = 'attachment; filename="auditoria.csv"'
    return _reservada(resposta)


def _ir_entrar(request: HttpRequest) -> HttpResponseBase:
    destino = urlencode({"proximo": request.get_full_path()}).replace("%2F", "/")
    return _reservada(HttpResponseRedirect(f"/entrar/?{destino}"))


def _endereco(request: HttpRequest, nome: str, apos: str = "") -> str:
    """O endereço com os mesmos filtros, na página que começa em ``apos``."""
    consulta = request.GET.copy()
    consulta.pop("apos", None)
    if apos:
        consulta["apos"] = apos
    return f"{reverse(nome)}?{consulta.urlencode()}" if consulta else reverse(nome)


def _reservada(resposta: HttpResponseBase) -> HttpResponseBase:
    """Nem buscadores nem caches guardam o que cada um fez."""
    resposta["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    patch_cache_control(resposta, private=True, no_store=True)
    return resposta
