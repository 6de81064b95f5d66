"""Sugestões, reclamações e elogios, e o relatório da guarda."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from pen.atendimento.enums import SituacaoDaManifestacao
from pen.atendimento.interfaces.web import presenters
from pen.atendimento.interfaces.web.forms.manifestacoes import FiltroDeManifestacaoForm, ManifestacaoForm, TratamentoForm
from pen.atendimento.selectors.chamados import consultar_chamado
from pen.atendimento.selectors.manifestacoes import consultar_manifestacao, listar_manifestacoes, rodadas_de_guarda
from pen.atendimento.services.guarda import PRAZOS
from pen.atendimento.services.manifestacoes import receber_manifestacao, tratar_manifestacao
from pen.comum.http import endereco_com, exige_entrada
from pen.conhecimento.public import produtos_oferecidos
from pen.designsys.forms import erro_no_campo
from pen.identidade.public import e_da_equipe_central, quem_pede


@require_safe
@exige_entrada
def listar(request: HttpRequest) -> HttpResponse:
    """As da pessoa ou, para a equipe central, todas."""
    form = FiltroDeManifestacaoForm(request.GET)
    filtros = form.cleaned_data if form.is_valid() else {"especie": "", "situacao": ""}
    apos = request.GET.get("apos", "")
    lidas, proxima = listar_manifestacoes(para=request.user, depois_de=apos, **filtros)
    contexto = {
        "form": form, "manifestacoes": lidas, "central": e_da_equipe_central(request.user),
        "proxima": endereco_com(request, apos=proxima) if proxima else None,
        "primeira": endereco_com(request, apos="") if apos else None,
    }  # fmt: skip
    return render(request, "atendimento/manifestacoes.jinja", contexto)


@require_http_methods(["GET", "POST"])
@exige_entrada
def nova(request: HttpRequest) -> HttpResponse:
    """Escreve uma; ``?chamado=`` diz sobre que atendimento é."""
    chave = request.GET.get("chamado", "")
    chamado = consultar_chamado(chave, para=request.user) if chave else None
    form = ManifestacaoForm(request.POST if request.method == "POST" else None, produtos=produtos_oferecidos())
    if form.is_valid():
        with erro_no_campo(form):
            recebida = receber_manifestacao(por=quem_pede(request), nova=form.nova(chamado))
            return HttpResponseRedirect(reverse("atendimento:manifestacao", args=[recebida.chave]))
    contexto = {"form": form, "chamado": chamado}
    return render(request, "atendimento/nova_manifestacao.jinja", contexto, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@exige_entrada
def ver(request: HttpRequest, chave: str) -> HttpResponse:
    """O que se escreveu e o que se respondeu; a equipe central responde aqui."""
    manifestacao = consultar_manifestacao(chave, para=request.user)
    form = TratamentoForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with erro_no_campo(form):
            tratar_manifestacao(por=quem_pede(request), chave=chave, **form.cleaned_data)
            return HttpResponseRedirect(reverse("atendimento:manifestacao", args=[chave]))
    trata = e_da_equipe_central(request.user) and manifestacao.situacao == SituacaoDaManifestacao.RECEBIDA
    contexto = {
        "manifestacao": manifestacao, "dados": presenters.dados_da_manifestacao(manifestacao), "form": form if trata else None,
        "falhou": bool(form.errors),
    }  # fmt: skip
    return render(request, "atendimento/manifestacao.jinja", contexto, status=422 if form.errors else 200)


@require_safe
@exige_entrada
def guarda(request: HttpRequest) -> HttpResponse:
    """A tabela de guarda, e o que cada rodada fez."""
    rodadas = rodadas_de_guarda(para=request.user)
    contexto = {"prazos": [(e.label.capitalize(), p.days) for e, p in PRAZOS.items()], "rodadas": rodadas}
    return render(request, "atendimento/guarda.jinja", contexto)
