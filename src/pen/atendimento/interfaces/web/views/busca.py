"""A busca entre os chamados que a pessoa vê."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from pen.atendimento.interfaces.web import presenters
from pen.atendimento.interfaces.web.forms import BuscaForm
from pen.atendimento.rules import e_atendente
from pen.atendimento.selectors.busca import buscar_chamados
from pen.atendimento.selectors.catalogo import produtos_do_catalogo
from pen.comum.http import endereco_com, exige_entrada
from pen.designsys.forms import erro_no_campo


@require_safe
@exige_entrada
def buscar(request: HttpRequest) -> HttpResponse:
    """Os chamados com as palavras, ou do protocolo; sem nada pedido, só o formulário."""
    form = BuscaForm(request.GET or None, produtos=produtos_do_catalogo())
    apos = request.GET.get("apos", "")
    contexto: dict[str, Any] = {"form": form, "chamados": None, "atende": e_atendente(request.user)}
    if form.is_valid():
        with erro_no_campo(form):
            achados, proxima = buscar_chamados(form.filtros(), para=request.user, depois_de=apos)
            contexto |= {
                "chamados": [presenters.linha_do_chamado(c, agora=timezone.now()) for c in achados],
                "proxima": endereco_com(request, apos=proxima) if proxima else None,
                "primeira": endereco_com(request, apos="") if apos else None,
            }
    return render(request, "atendimento/busca.jinja", contexto)
