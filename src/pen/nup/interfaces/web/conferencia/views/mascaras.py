"""A página ``/nup/mascaras/``: a linguagem das máscaras, e onde experimentá-la."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pen.nup.interfaces.web.conferencia.forms import MascaraForm
from pen.nup.values.mascaras import CAMPOS, MASCARA_MAXIMO, MASCARA_NIPE, MASCARA_NUP, partes_da_unidade


@require_safe
def experimentar(request: HttpRequest) -> HttpResponse:
    """Escreve um número com a máscara de ``?mascara=``."""
    form = MascaraForm(request.GET if "mascara" in request.GET else None)
    contexto: dict[str, Any] = {
        "form": form,
        "resultado": form.cleaned_data["resultado"] if form.is_valid() else None,
        "campos": [*CAMPOS.items()],
        "maximo": MASCARA_MAXIMO,
        "exemplos": [
            ("Órgão federal (NUP)", MASCARA_NUP, MASCARA_NUP.aplicar(partes_da_unidade("50650", 1658, 2017))),
            ("Estado ou município (NIPE)", MASCARA_NIPE, MASCARA_NIPE.aplicar(partes_da_unidade("17137001", 1, 2026))),
        ],
    }
    return render(request, "nup/mascaras.jinja", contexto)
