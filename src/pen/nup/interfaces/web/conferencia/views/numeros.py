"""A página ``/nup/``: o que está certo ou errado num número, parte por parte."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pen.nup.interfaces.web.conferencia.forms import NumeroForm
from pen.nup.interfaces.web.conferencia.presenters import explicacao
from pen.nup.values.numeros import ler_numero


@require_safe
def conferir(request: HttpRequest) -> HttpResponse:
    """Confere o número de ``?numero=``. O endereço do resultado pode ser guardado."""
    form = NumeroForm(request.GET if "numero" in request.GET else None)
    contexto: dict[str, Any] = {"form": form, "numero": None}
    if form.is_valid():
        contexto |= explicacao(ler_numero(form.cleaned_data["numero"]))
    return render(request, "nup/conferir.jinja", contexto)
