"""Os sinônimos da busca e o que ela aprendeu. Para quem não escreve, não existe; só a equipe central muda."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from pen.comum.http import exige_entrada
from pen.conhecimento.interfaces.web.forms import SinonimosForm
from pen.conhecimento.rules import publica
from pen.conhecimento.selectors.vocabulario import consultar_sinonimos, sinonimos_da_base, termos_aprendidos
from pen.conhecimento.services import aprendizado, sinonimos
from pen.designsys.forms import erro_no_campo
from pen.identidade.public import quem_pede


@require_http_methods(["GET", "POST"])
@exige_entrada
def listar(request: HttpRequest) -> HttpResponse:
    """Os grupos, um formulário para mais um, e o que se aprendeu das perguntas."""
    grupos = sinonimos_da_base(para=request.user)
    form = SinonimosForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with erro_no_campo(form):
            sinonimos.escrever_sinonimos(por=quem_pede(request), escritas=form.cleaned_data["escritas"])
            return HttpResponseRedirect(reverse("conhecimento:vocabulario"))
    contexto: dict[str, Any] = {
        "form": form, "grupos": grupos, "aprendidos": termos_aprendidos(para=request.user), "publica": publica(request.user),
    }  # fmt: skip
    return render(request, "conhecimento/vocabulario.jinja", contexto, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@exige_entrada
def alterar(request: HttpRequest, sinonimos_id: int) -> HttpResponse:
    """Muda as expressões de um grupo."""
    grupo = consultar_sinonimos(sinonimos_id, para=request.user)
    inicial = {"escritas": "\n".join(grupo.escritas)}
    form = SinonimosForm(request.POST if request.method == "POST" else None, initial=inicial)
    if form.is_valid():
        with erro_no_campo(form):
            escritas = form.cleaned_data["escritas"]
            sinonimos.escrever_sinonimos(por=quem_pede(request), escritas=escritas, sinonimos_id=grupo.pk)
            return HttpResponseRedirect(reverse("conhecimento:vocabulario"))
    contexto = {"form": form, "grupo": grupo}
    return render(request, "conhecimento/sinonimos.jinja", contexto, status=422 if form.errors else 200)


@require_POST
@exige_entrada
def excluir(request: HttpRequest, sinonimos_id: int) -> HttpResponse:
    """Desfaz um grupo."""
    sinonimos_da_base(para=request.user)
    sinonimos.excluir_sinonimos(por=quem_pede(request), sinonimos_id=sinonimos_id)
    return HttpResponseRedirect(reverse("conhecimento:vocabulario"))


@require_POST
@exige_entrada
def esquecer(request: HttpRequest, aprendido_id: int) -> HttpResponse:
    """Esquece o que uma palavra aprendeu."""
    termos_aprendidos(para=request.user)
    aprendizado.esquecer_aprendido(por=quem_pede(request), aprendido_id=aprendido_id)
    return HttpResponseRedirect(reverse("conhecimento:vocabulario"))
