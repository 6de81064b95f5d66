"""De que trata cada caixa, que é público; e o que a equipe central muda nelas e na triagem."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pen.comum.http import exige_entrada
from pen.correio.interfaces.web.forms import CaixaForm, ExpressaoForm
from pen.correio.rules import cuida_das_caixas
from pen.correio.selectors.caixas import caixas_com_casos, consultar_caixa, consultar_expressao, expressoes_da_triagem
from pen.correio.services import caixas
from pen.correio.services.balcao import balcao_da_instalacao
from pen.designsys.forms import erro_no_campo
from pen.identidade.public import Pessoa, quem_pede


@require_safe
def inicio(request: HttpRequest) -> HttpResponse:
    """Cada caixa em uso: para que serve, os casos, e o que nunca trata."""
    balcao, cuida = balcao_da_instalacao(), cuida_das_caixas(request.user)
    contexto = {
        "caixas": caixas_com_casos(so_ativas=not cuida), "cuida": cuida, "balcao": balcao.inicio() if balcao else "/",
    }  # fmt: skip
    resposta = render(request, "correio/inicio.jinja", contexto)
    entrou = isinstance(request.user, Pessoa)
    resposta["Cache-Control"] = "private, no-store" if entrou else "private, max-age=0"
    return resposta


@require_http_methods(["GET", "POST"])
@exige_entrada
def alterar(request: HttpRequest, codigo: str) -> HttpResponse:
    """O que se diz de uma caixa."""
    caixa, casos = consultar_caixa(codigo, para=request.user)
    campos = ("endereco", "nome", "finalidade", "nunca_trata", "assinatura", "limite", "ativa")
    inicial = {campo: getattr(caixa, campo) for campo in campos} | {"casos": "\n".join(caso.texto for caso in casos)}
    form = CaixaForm(request.POST if request.method == "POST" else None, initial=inicial)
    if form.is_valid():
        with erro_no_campo(form):
            caixas.alterar_caixa(por=quem_pede(request), codigo=codigo, dados=form.dados())
            return HttpResponseRedirect(reverse("correio:inicio"))
    contexto = {"form": form, "caixa": caixa}
    return render(request, "correio/caixa.jinja", contexto, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@exige_entrada
def triagem(request: HttpRequest) -> HttpResponse:
    """As expressões, e um formulário para mais uma."""
    expressoes = expressoes_da_triagem(para=request.user)
    form = ExpressaoForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with erro_no_campo(form):
            caixas.escrever_expressao(por=quem_pede(request), **form.cleaned_data)
            return HttpResponseRedirect(reverse("correio:triagem"))
    contexto: dict[str, Any] = {"form": form, "expressoes": expressoes, "caixas": caixas_com_casos(so_ativas=False)}
    return render(request, "correio/triagem.jinja", contexto, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@exige_entrada
def alterar_expressao(request: HttpRequest, expressao_id: int) -> HttpResponse:
    """Muda uma expressão, o peso ou a razão."""
    achada = consultar_expressao(expressao_id, para=request.user)
    inicial = {"texto": achada.expressao, "peso": achada.peso, "por_que": achada.por_que}
    form = ExpressaoForm(request.POST if request.method == "POST" else None, initial=inicial)
    if form.is_valid():
        with erro_no_campo(form):
            caixas.escrever_expressao(por=quem_pede(request), expressao_id=achada.pk, **form.cleaned_data)
            return HttpResponseRedirect(reverse("correio:triagem"))
    contexto = {"form": form, "expressao": achada}
    return render(request, "correio/expressao.jinja", contexto, status=422 if form.errors else 200)


@require_POST
@exige_entrada
def excluir_expressao(request: HttpRequest, expressao_id: int) -> HttpResponse:
    """Tira uma expressão da triagem."""
    caixas.excluir_expressao(por=quem_pede(request), expressao_id=expressao_id)
    return HttpResponseRedirect(reverse("correio:triagem"))
