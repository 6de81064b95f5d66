"""O que a equipe central faz nas contas dos outros. Para quem não é dela, nada existe."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from pen.comum.http import exige_entrada
from pen.designsys.forms import erro_no_campo
from pen.identidade.interfaces.web.forms import DesligarSegundoFatorForm
from pen.identidade.rules import conferir_quem_desliga_o_de_outra, quem_pede
from pen.identidade.services.segundo_fator import desligar_segundo_fator_de

FEITO = "segundo_fator_desligado"


@require_http_methods(["GET", "POST"])
@exige_entrada
def desligar_segundo_fator(request: HttpRequest) -> HttpResponse:
    """Desliga o segundo fator de quem perdeu o celular e os códigos de reserva."""
    conferir_quem_desliga_o_de_outra(request.user)
    form = DesligarSegundoFatorForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with erro_no_campo(form, "quem"):
            pessoa = desligar_segundo_fator_de(por=quem_pede(request), **form.cleaned_data)
            request.session[FEITO] = [pessoa.nome, bool(pessoa.email)]
            return HttpResponseRedirect(reverse("identidade:desligar_segundo_fator_de"))
    feito = request.session.pop(FEITO, None) if request.method == "GET" else None
    contexto = {"form": form, "feito": feito}
    return render(request, "identidade/segundo_fator_perdido.jinja", contexto, status=422 if form.errors else 200)
