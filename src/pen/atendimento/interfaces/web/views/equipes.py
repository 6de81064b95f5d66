"""As equipes de atendimento, para a equipe central; para os outros, não existem."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from pen.atendimento.enums import Distribuicao
from pen.atendimento.interfaces.web.forms.equipes import DistribuicaoForm, IntegranteForm
from pen.atendimento.selectors.equipes import equipes_e_integrantes
from pen.atendimento.services.equipes import alterar_distribuicao, encerrar_integrante, incluir_integrante
from pen.comum.http import exige_entrada
from pen.designsys.forms import erro_no_campo
from pen.identidade.public import quem_pede


@require_http_methods(["GET", "POST"])
@exige_entrada
def listar(request: HttpRequest) -> HttpResponse:
    """As equipes e quem está nelas; o POST inclui uma pessoa."""
    equipes = equipes_e_integrantes(para=request.user)
    form = IntegranteForm(request.POST if request.method == "POST" else None, equipes=[e for e, _ in equipes])
    if form.is_valid():
        with erro_no_campo(form, "cpf"):
            dados = form.cleaned_data
            incluir_integrante(
                por=quem_pede(request), equipe_id=int(dados["equipe"]), cpf=dados["cpf"], coordena=dados["coordena"]
            )
            return HttpResponseRedirect(reverse("atendimento:equipes"))
    com_distribuicao = [
        (e, quem, DistribuicaoForm(initial={"distribuicao": e.distribuicao}, auto_id=f"id_{e.pk}_%s"))
        for e, quem in equipes
    ]
    contexto = {"equipes": com_distribuicao, "form": form}
    return render(request, "atendimento/equipes.jinja", contexto, status=422 if form.errors else 200)


@require_POST
@exige_entrada
def encerrar(request: HttpRequest, integrante_id: int) -> HttpResponse:
    """Tira a pessoa da equipe."""
    equipes_e_integrantes(para=request.user)
    encerrar_integrante(por=quem_pede(request), integrante_id=integrante_id)
    return HttpResponseRedirect(reverse("atendimento:equipes"))


@require_POST
@exige_entrada
def distribuir(request: HttpRequest, equipe_id: int) -> HttpResponse:
    """Muda como os chamados que chegam à equipe acham atendente."""
    equipes_e_integrantes(para=request.user)
    form = DistribuicaoForm(request.POST)
    if form.is_valid():
        como = Distribuicao(form.cleaned_data["distribuicao"])
        alterar_distribuicao(por=quem_pede(request), equipe_id=equipe_id, distribuicao=como)
    return HttpResponseRedirect(reverse("atendimento:equipes"))
