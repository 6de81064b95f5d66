"""A conferência dentro de páginas de outros sítios, e a página que ensina a pôr."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from pen.comum.cabecalhos import embutivel
from pen.nup.interfaces.web.conferencia.forms import NumeroForm
from pen.nup.interfaces.web.conferencia.presenters import veredito
from pen.nup.values.numeros import ler_numero

TRECHO = '<iframe src="{endereco}" title="Conferir número de processo" width="100%" height="400" loading="lazy"></iframe>'


@require_safe
def explicar(request: HttpRequest) -> HttpResponse:
    """O trecho de HTML para copiar, com o endereço desta instalação."""
    endereco = f"{settings.ENDERECO}{reverse('nup:widget')}"
    return render(request, "nup/embutir.jinja", {"endereco": endereco, "trecho": TRECHO.format(endereco=endereco)})


@embutivel
@require_safe
def widget(request: HttpRequest) -> HttpResponse:
    """Um campo e a resposta curta. Sem cookie, sem script, e com ``?numero=`` já respondido."""
    form = NumeroForm(request.GET if "numero" in request.GET else None)
    contexto: dict[str, Any] = {"form": form, "numero": None}
    if form.is_valid():
        numero = ler_numero(form.cleaned_data["numero"])
        contexto |= {"numero": numero, "veredito": veredito(numero)}
    return render(request, "nup/widget.jinja", contexto)
