"""A política de silêncio, para a equipe central: ver, simular sobre o que já houve, e adotar."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from pen.atendimento.interfaces.web import presenters
from pen.atendimento.interfaces.web.forms.equipes import PoliticaForm
from pen.atendimento.selectors.expediente import ler_politica, politica_em_vigor
from pen.atendimento.selectors.simulacao import simular_politica
from pen.atendimento.services.politica import adotar_politica
from pen.comum.http import exige_entrada
from pen.designsys.forms import erro_no_campo
from pen.identidade.public import quem_pede


@require_http_methods(["GET", "POST"])
@exige_entrada
def ver(request: HttpRequest) -> HttpResponse:
    """O GET simula o que está no formulário (a política em vigor, se nada); o POST a adota."""
    em_vigor = politica_em_vigor()
    padrao = {
        "relogio": em_vigor.relogio, "horas": em_vigor.horas, "lembretes": ", ".join(map(str, em_vigor.lembretes)),
        "horas_de_reabertura": em_vigor.horas_de_reabertura,
    }  # fmt: skip
    form = PoliticaForm(request.POST if request.method == "POST" else {**padrao, **request.GET.dict()})
    valido = form.is_valid()
    politica = form.politica() if valido else ler_politica(em_vigor)
    simulacao = simular_politica(politica, para=request.user, agora=timezone.now())
    if request.method == "POST" and valido:
        with erro_no_campo(form):
            reabertura = form.cleaned_data["horas_de_reabertura"]
            adotar_politica(por=quem_pede(request), politica=form.politica(), horas_de_reabertura=reabertura)
            return HttpResponseRedirect(reverse("atendimento:politica"))
    contexto = {
        "form": form, "em_vigor": presenters.politica_em_palavras(em_vigor),
        "simulou": valido and bool(request.GET or request.POST), "simulacao": presenters.simulacao_em_palavras(simulacao),
    }  # fmt: skip
    return render(request, "atendimento/politica.jinja", contexto, status=422 if form.errors else 200)
