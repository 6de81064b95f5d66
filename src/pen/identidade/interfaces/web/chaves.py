"""As chaves de acesso da pessoa, na sua conta."""

import uuid

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from pen.comum.http import exige_entrada
from pen.designsys.forms import erro_no_campo
from pen.identidade.enums import Escopo
from pen.identidade.interfaces.web.forms import ChaveForm
from pen.identidade.rules import quem_pede
from pen.identidade.selectors.chaves import chaves_da_pessoa
from pen.identidade.services.chaves import criar_chave, revogar_chave


@require_http_methods(["GET", "POST"])
@exige_entrada
def listar(request: HttpRequest) -> HttpResponse:
    """As chaves; criar mostra o segredo nesta página, uma vez só."""
    pessoa, segredo = quem_pede(request), ""
    form = ChaveForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with erro_no_campo(form):
            dados = form.cleaned_data
            escopos = [Escopo(e) for e in dados["escopos"]]
            _, segredo = criar_chave(por=pessoa, nome=dados["nome"], escopos=escopos, dias=int(dados["dias"]))
            form = ChaveForm()
    contexto = {"form": form, "segredo": segredo, "chaves": chaves_da_pessoa(para=pessoa)}
    return render(request, "identidade/chaves.jinja", contexto, status=422 if form.errors else 200)


@require_POST
@exige_entrada
def revogar(request: HttpRequest, chave_id: uuid.UUID) -> HttpResponse:
    """Acaba com uma chave."""
    revogar_chave(por=quem_pede(request), chave_id=chave_id)
    return HttpResponseRedirect(reverse("identidade:chaves"))
