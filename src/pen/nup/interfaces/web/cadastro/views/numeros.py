"""Dar números pela página, e o destino de cada um: para quem é gestor de UP do órgão da unidade."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from pen.comum.http import endereco_com, exige_entrada
from pen.designsys.forms import erro_no_campo
from pen.identidade.public import Pessoa, quem_pede
from pen.nup.interfaces.web.cadastro import presenters
from pen.nup.interfaces.web.cadastro.forms import AnularForm, ExternosForm, NumerarForm, ProcuraDeNumerosForm, UsarForm
from pen.nup.models import Unidade
from pen.nup.selectors.numeracao import (
    NumeroEmitido,
    consultar_emitido,
    contadores_da_unidade,
    numeros_da_unidade,
    unidade_dos_numeros,
)
from pen.nup.services.numeracao import anular_numero, registrar_externos, reservar_numeros, usar_numero


def _numerar(por: Pessoa, codigo: str, dados: dict[str, Any]) -> object:
    return reservar_numeros(por=por, codigo=codigo, **dados)


def _usar(por: Pessoa, codigo: str, dados: dict[str, Any]) -> object:
    return usar_numero(por=por, agora=timezone.now(), **dados)


def _anular(por: Pessoa, codigo: str, dados: dict[str, Any]) -> object:
    return anular_numero(por=por, agora=timezone.now(), **dados)


def _externos(por: Pessoa, codigo: str, dados: dict[str, Any]) -> object:
    return registrar_externos(por=por, codigo=codigo, **dados)


ATOS: dict[str, tuple[type[forms.Form], Callable[[Pessoa, str, dict[str, Any]], object]]] = {
    "dar": (NumerarForm, _numerar),
    "usar": (UsarForm, _usar),
    "anular": (AnularForm, _anular),
    "externos": (ExternosForm, _externos),
}


@require_safe
@exige_entrada
def ver(request: HttpRequest, codigo: str) -> HttpResponse:
    """Os números do ano, um procurado, e os formulários."""
    return _pagina(request, unidade_dos_numeros(codigo, para=request.user))


@require_POST
@exige_entrada
def agir(request: HttpRequest, codigo: str, ato: str) -> HttpResponse:
    """Dar, usar, anular, ou dizer o que outro sistema deu."""
    if ato not in ATOS:
        raise Http404
    unidade = unidade_dos_numeros(codigo, para=request.user)
    classe, fazer = ATOS[ato]
    form = classe(request.POST, prefix=ato)
    if form.is_valid():
        with erro_no_campo(form):
            fazer(quem_pede(request), codigo, form.cleaned_data)
            return HttpResponseRedirect(reverse("cnup:numeros", args=[codigo]))
    return _pagina(request, unidade, {ato: form})


def _pagina(request: HttpRequest, unidade: Unidade, enviados: dict[str, forms.Form] | None = None) -> HttpResponse:
    contadores = contadores_da_unidade(unidade)
    procura = ProcuraDeNumerosForm(request.GET, anos=[c.ano for c in contadores])
    achado, ano = None, procura.ano()
    numeros: list[NumeroEmitido] = []
    seguinte: int | None = None
    if procura.is_valid() and procura.cleaned_data["numero"]:
        with erro_no_campo(procura, "numero"):
            achado = presenters.linha_do_numero(consultar_emitido(procura.cleaned_data["numero"], para=request.user))
    elif ano is not None:
        numeros, seguinte = numeros_da_unidade(unidade, ano, **procura.recorte())
    formularios = {nome: (enviados or {}).get(nome) or classe(prefix=nome) for nome, (classe, _) in ATOS.items()}
    erro = next((f for f in [*formularios.values(), procura] if f.errors), None)
    contexto = {
        "unidade": unidade, "linha": presenters.linha_da_unidade(unidade), "ano": ano, "contadores": contadores,
        "procura": procura, "achado": achado, "numeros": [presenters.linha_do_numero(n) for n in numeros],
        "seguinte": endereco_com(request, ate=str(seguinte)) if seguinte else None,
        "primeira": endereco_com(request, ate="") if request.GET.get("ate") else None,
        "forms": formularios, "com_erro": erro,
    }  # fmt: skip
    return render(request, "nup/cadastro/numeros.jinja", contexto, status=422 if erro else 200)
