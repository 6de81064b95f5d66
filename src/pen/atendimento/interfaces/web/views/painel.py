"""O painel da Central, para a equipe central e quem coordena; para os outros, não existe."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from pen.atendimento.interfaces.web import numeros
from pen.atendimento.interfaces.web.forms.painel import PeriodoForm
from pen.atendimento.selectors.painel import chamados_do_periodo, painel_da_central
from pen.comum.exportacao import linhas_do_csv
from pen.comum.http import exige_entrada
from pen.comum.tempo import BRASILIA

DIAS = 30


@require_safe
@exige_entrada
def ver(request: HttpRequest) -> HttpResponse:
    """Os números do período; sem período no endereço, os dos últimos trinta dias."""
    hoje = timezone.now().astimezone(BRASILIA).date()
    padrao = {"desde": hoje - timedelta(days=DIAS - 1), "ate": hoje}
    form = PeriodoForm({**padrao, **request.GET.dict()})
    periodo = form.cleaned_data if form.is_valid() else padrao
    painel = painel_da_central(para=request.user, **periodo)
    contexto = {
        "form": form, "periodo": periodo, "painel": numeros.painel_em_palavras(painel),
        "baixar": f"{reverse('atendimento:baixar_chamados')}?desde={periodo['desde']}&ate={periodo['ate']}",
    }  # fmt: skip
    return render(request, "atendimento/painel.jinja", contexto, status=422 if form.errors else 200)


@require_safe
@exige_entrada
def baixar(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """Os chamados do período em CSV, sem nomes nem textos."""
    form = PeriodoForm(request.GET)
    if not form.is_valid():
        return HttpResponseRedirect(reverse("atendimento:painel"))
    linhas = map(numeros.linha_do_csv, chamados_do_periodo(para=request.user, **form.cleaned_data))
    resposta = StreamingHttpResponse(linhas_do_csv(numeros.CABECALHO, linhas), content_type="text/csv; charset=utf-8")
    resposta["Content-Disposition"] = 'attachment; filename="chamados.csv"'
    return resposta
