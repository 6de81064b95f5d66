"""A página da auditoria e o CSV dela. Tudo é GET: o endereço do que se filtrou pode ser guardado."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from pen.auditoria.interfaces.web import presenters
from pen.auditoria.interfaces.web.forms import AtosForm
from pen.auditoria.rules import ve_todos_os_atos
from pen.auditoria.selectors.atos import MAXIMO_PARA_BAIXAR, listar_atos, percorrer_atos
from pen.comum.http import exige_entrada


@require_safe
@exige_entrada
def listar(request: HttpRequest) -> HttpResponse:
    """Os atos que a pessoa pode ver, do mais novo ao mais antigo, 50 por página."""
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
    return render(request, "auditoria/atos.jinja", contexto)


@require_safe
@exige_entrada
def baixar(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """Os mesmos atos em CSV, até dez mil. Filtros errados voltam à página, que os explica."""
    form = AtosForm(request.GET)
    if not form.is_valid():
        return HttpResponseRedirect(_endereco(request, "auditoria:listar"))
    linhas = presenters.linhas_do_csv(percorrer_atos(request.user, form.filtros()))
    resposta = StreamingHttpResponse(linhas, content_type="text/csv; charset=utf-8")
    resposta["Content-Disposition"] = 'attachment; filename="auditoria.csv"'
    return resposta


def _endereco(request: HttpRequest, nome: str, apos: str = "") -> str:
    """O endereço com os mesmos filtros, na página que começa em ``apos``."""
    consulta = request.GET.copy()
    consulta.pop("apos", None)
    if apos:
        consulta["apos"] = apos
    return f"{reverse(nome)}?{consulta.urlencode()}" if consulta else reverse(nome)
