"""Abrir um chamado: primeiro o assunto e o que já se parece com ele; depois o formulário, que se guarda sozinho."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from pen.atendimento.errors import ProdutoForaDaEsfera
from pen.atendimento.interfaces.web import presenters
from pen.atendimento.interfaces.web.forms.abertura import AberturaForm, AssuntoForm
from pen.atendimento.interfaces.web.forms.comum import contar_pulados
from pen.atendimento.interfaces.web.views.catalogo import explicar_fora_da_esfera, ler_esfera
from pen.atendimento.selectors.catalogo import Folha, consultar_folha
from pen.atendimento.selectors.chamados import consultar_chamado
from pen.atendimento.selectors.parecidos import parecidos_com_o_assunto
from pen.atendimento.selectors.rascunhos import rascunho_do_tipo
from pen.atendimento.services.abertura import abrir_chamado
from pen.atendimento.services.rascunhos import descartar_rascunho, guardar_rascunho
from pen.comum.http import exige_entrada
from pen.conhecimento.public import procurar_fora, sugerir_artigos
from pen.designsys.forms import erro_no_campo
from pen.identidade.public import quem_pede


@require_http_methods(["GET", "POST"])
@exige_entrada
def abrir(request: HttpRequest, esfera: str, produto: str, tipo: str) -> HttpResponse:
    """Pergunta o assunto; com ele, com um rascunho ou para continuar um chamado, o formulário. Aberto, vai à página do chamado."""
    try:
        folha = consultar_folha(produto, tipo, ler_esfera(esfera))
    except ProdutoForaDaEsfera as erro:
        return explicar_fora_da_esfera(request, ler_esfera(esfera), esfera, erro)
    if request.method == "POST" and request.POST.get("acao") == "assunto":
        form = AssuntoForm(request.POST)
        if not form.is_valid():
            return _pagina(request, folha, "atendimento/assunto.jinja", form)
        return _pagina(request, folha, "atendimento/abrir.jinja", AberturaForm(folha, initial=form.cleaned_data))
    if request.method == "GET":
        escrito = _ja_escrito(request, folha)
        if escrito is None:
            return _pagina(request, folha, "atendimento/assunto.jinja", AssuntoForm())
        return _pagina(request, folha, "atendimento/abrir.jinja", AberturaForm(folha, initial={**escrito}))
    enviado = AberturaForm(folha, request.POST, request.FILES)
    contar_pulados(request, enviado)
    if enviado.is_valid():
        with erro_no_campo(enviado):
            chamado = abrir_chamado(por=quem_pede(request), pedido=enviado.pedido())
            return HttpResponseRedirect(reverse("atendimento:chamado", args=[chamado.chave]))
    return _pagina(request, folha, "atendimento/abrir.jinja", enviado)


@require_POST
@exige_entrada
def parecidos(request: HttpRequest, esfera: str, produto: str, tipo: str) -> HttpResponse:
    """O pedaço da página com os chamados parecidos com o assunto que se digita; o assunto não vai em endereço nenhum."""
    folha = consultar_folha(produto, tipo, ler_esfera(esfera))
    return render(
        request, "atendimento/_parecidos.jinja", _parecidos(request, folha, request.POST.get("assunto", "")[:200])
    )


@require_POST
@exige_entrada
def guardar(request: HttpRequest, esfera: str, produto: str, tipo: str) -> HttpResponse:
    """Guarda o que está escrito, e vai à lista dos chamados, onde se continua; o script pede sem página, e fica onde está."""
    da_esfera = ler_esfera(esfera)
    folha = consultar_folha(produto, tipo, da_esfera)
    form = AberturaForm(folha, request.POST)
    campos = {nome: request.POST.get(nome, "") for nome in form.campos_de_texto()}
    guardar_rascunho(por=quem_pede(request), tipo=folha.tipo, esfera=da_esfera, campos=campos)
    if request.POST.get("sem_pagina"):
        return HttpResponse(status=204)
    return HttpResponseRedirect(reverse("atendimento:chamados"))


@require_POST
@exige_entrada
def descartar(request: HttpRequest, esfera: str, produto: str, tipo: str) -> HttpResponse:
    """Apaga o rascunho da pessoa."""
    descartar_rascunho(por=quem_pede(request), tipo=consultar_folha(produto, tipo, ler_esfera(esfera)).tipo)
    return HttpResponseRedirect(reverse("atendimento:chamados"))


def _ja_escrito(request: HttpRequest, folha: Folha) -> Mapping[str, Any] | None:
    """O começo do formulário: o chamado que se continua, ou o rascunho; nada, se não há nenhum."""
    if chave := request.GET.get("continua"):
        return presenters.copia_do_chamado(consultar_chamado(chave, para=request.user))
    rascunho = rascunho_do_tipo(folha.tipo, para=quem_pede(request))
    return rascunho.campos if rascunho else None


def _parecidos(request: HttpRequest, folha: Folha, assunto: str) -> dict[str, Any]:
    """Os artigos e os chamados que se parecem com o assunto."""
    agora, produto = timezone.now(), folha.produto.pk
    chamados = parecidos_com_o_assunto(assunto, produto, para=request.user, agora=agora)
    artigos = [a for a in sugerir_artigos(assunto, para=request.user, produto_id=produto) if not a.artigo.interno]
    linhas = [presenters.linha_do_chamado(c, agora=agora) for c in chamados]
    return {"parecidos": linhas, "artigos": artigos, "fora": procurar_fora(assunto, produto_id=produto)}


def _pagina(request: HttpRequest, folha: Folha, modelo: str, form: AberturaForm | AssuntoForm) -> HttpResponse:
    contexto: dict[str, Any] = {
        "esfera": folha.esfera, "codigo": folha.esfera.no_endereco, "folha": folha, "form": form,
        "ajuda": folha.formulario.lido().ajuda, "anterior": None, "parecidos": [], "artigos": [], "fora": [],
    }  # fmt: skip
    if isinstance(form, AberturaForm) and not form.is_bound:
        assunto = form.initial.get("assunto", "")
        contexto |= _parecidos(request, folha, assunto) if assunto and "anterior" not in form.initial else {}
    if isinstance(form, AberturaForm) and (anterior := form["anterior"].value()):
        contexto["anterior"] = consultar_chamado(anterior, para=request.user)
    return render(request, modelo, contexto, status=422 if form.errors else 200)
