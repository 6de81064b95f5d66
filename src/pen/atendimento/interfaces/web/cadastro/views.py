"""O cadastro da Central, para a equipe central; para os outros, não existe."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pen.atendimento.interfaces.web import presenters
from pen.atendimento.interfaces.web.cadastro.forms import (
    DiaForm,
    EditorDeFormulario,
    MetaForm,
    ProdutoForm,
    ProdutoNovoForm,
    SemanaForm,
    TipoForm,
)
from pen.atendimento.selectors.cadastro import (
    calendario,
    codigos_dos_tipos,
    consultar_produto_no_cadastro,
    consultar_tipo_no_cadastro,
    exigir_cadastro,
    metas_definidas,
)
from pen.atendimento.services import catalogo, expediente
from pen.comum.http import exige_entrada
from pen.conhecimento.public import Produto, alterar_produto, criar_produto, produtos_do_catalogo, retirar_produto
from pen.designsys.forms import erro_no_campo
from pen.identidade.public import quem_pede


@require_safe
@exige_entrada
def inicio(request: HttpRequest) -> HttpResponse:
    """Os produtos, e os caminhos do resto."""
    exigir_cadastro(request.user)
    return render(request, "atendimento/cadastro/inicio.jinja", {"produtos": produtos_do_catalogo()})


@require_http_methods(["GET", "POST"])
@exige_entrada
def novo_produto(request: HttpRequest) -> HttpResponse:
    """Acrescenta um produto."""
    exigir_cadastro(request.user)
    form = ProdutoNovoForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with erro_no_campo(form):
            produto = criar_produto(por=quem_pede(request), codigo=form.cleaned_data["codigo"], dados=form.dados())
            return HttpResponseRedirect(reverse("atendimento:cadastro_produto", args=[produto.codigo]))
    contexto: dict[str, Any] = {"form": form, "produto": None, "tipos": [], "tipo_form": None, "so_o_tipo": False}
    return render(request, "atendimento/cadastro/produto.jinja", contexto, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@exige_entrada
def produto(request: HttpRequest, codigo: str) -> HttpResponse:
    """O que se diz do produto, e os seus tipos de suporte."""
    achado, tipos = consultar_produto_no_cadastro(codigo, para=request.user)
    inicial = {campo: getattr(achado, campo) for campo in ("nome", "o_que_e", "para_que_serve", "esferas", "ordem")}
    inicial["saiba_mais"] = "\n".join(" | ".join(filter(None, [s["texto"], s["endereco"]])) for s in achado.saiba_mais)
    form = ProdutoForm(request.POST if request.method == "POST" else None, initial=inicial)
    if form.is_valid():
        with erro_no_campo(form):
            alterar_produto(por=quem_pede(request), codigo=codigo, dados=form.dados())
            return _ao_produto(achado)
    contexto = {"form": form, "produto": achado, "tipos": tipos, "tipo_form": TipoForm(prefix="tipo"), "so_o_tipo": False}
    return render(request, "atendimento/cadastro/produto.jinja", contexto, status=422 if form.errors else 200)


@require_POST
@exige_entrada
def retirar(request: HttpRequest, codigo: str) -> HttpResponse:
    """Retira o produto do catálogo, ou o devolve."""
    achado, _ = consultar_produto_no_cadastro(codigo, para=request.user)
    retirar_produto(por=quem_pede(request), codigo=codigo, retirar=achado.retirado_em is None)
    return _ao_produto(achado)


@require_POST
@exige_entrada
def novo_tipo(request: HttpRequest, codigo: str) -> HttpResponse:
    """Acrescenta um tipo de suporte ao produto."""
    achado, tipos = consultar_produto_no_cadastro(codigo, para=request.user)
    form = TipoForm(request.POST, prefix="tipo")
    if form.is_valid():
        with erro_no_campo(form):
            tipo = catalogo.criar_tipo(por=quem_pede(request), produto=achado, **form.cleaned_data)
            return HttpResponseRedirect(reverse("atendimento:cadastro_tipo", args=[tipo.pk]))
    contexto = {"form": ProdutoForm(), "produto": achado, "tipos": tipos, "tipo_form": form, "so_o_tipo": True}
    return render(request, "atendimento/cadastro/produto.jinja", contexto, status=422)


@require_POST
@exige_entrada
def retirar_tipo(request: HttpRequest, tipo_id: int) -> HttpResponse:
    """Retira o tipo de suporte, ou o devolve."""
    achado = consultar_tipo_no_cadastro(tipo_id, para=request.user)
    catalogo.retirar_tipo(por=quem_pede(request), tipo_id=tipo_id, retirar=achado.tipo.retirado_em is None)
    return _ao_produto(achado.tipo.produto)


@require_http_methods(["GET", "POST"])
@exige_entrada
def tipo(request: HttpRequest, tipo_id: int) -> HttpResponse:
    """O formulário do tipo de suporte; guardar publica outra versão."""
    achado = consultar_tipo_no_cadastro(tipo_id, para=request.user)
    enviado = request.POST if request.method == "POST" else None
    editor = EditorDeFormulario(achado.formulario.lido(), achado.formulario.versao, enviado)
    if enviado is not None and editor.is_valid():
        with erro_no_campo(editor.geral):
            visto = editor.geral.cleaned_data["visto"]
            catalogo.publicar_formulario(por=quem_pede(request), tipo_id=tipo_id, definicao=editor.definicao(), visto=visto)
            return HttpResponseRedirect(reverse("atendimento:cadastro_tipo", args=[tipo_id]))
    com_erro = enviado is not None
    contexto = {"tipo": achado.tipo, "formulario": achado.formulario, "editor": editor}
    return render(request, "atendimento/cadastro/tipo.jinja", contexto, status=422 if com_erro else 200)


@require_http_methods(["GET", "POST"])
@exige_entrada
def expediente_da_central(request: HttpRequest) -> HttpResponse:
    """A semana e os dias sem expediente."""
    periodos, dias = calendario(para=request.user)
    enviado = request.POST if request.method == "POST" else None
    semana = SemanaForm(periodos, enviado if enviado is not None and "semana" in enviado else None)
    dia = DiaForm(enviado if enviado is not None and "dia" in enviado else None)
    if semana.is_valid():
        with erro_no_campo(semana):
            expediente.alterar_semana(por=quem_pede(request), periodos=semana.periodos)
            return HttpResponseRedirect(reverse("atendimento:cadastro_expediente"))
    elif dia.is_valid():
        with erro_no_campo(dia):
            expediente.incluir_dia_sem_expediente(por=quem_pede(request), **dia.cleaned_data)
            return HttpResponseRedirect(reverse("atendimento:cadastro_expediente"))
    contexto = {"semana": semana, "dia": dia, "dias": [(d.pk, *presenters.linha_do_dia(d)) for d in dias]}
    errado = bool(semana.errors or dia.errors)
    return render(request, "atendimento/cadastro/expediente.jinja", contexto, status=422 if errado else 200)


@require_POST
@exige_entrada
def excluir_dia(request: HttpRequest, dia_id: int) -> HttpResponse:
    """Tira um dia do calendário."""
    exigir_cadastro(request.user)
    expediente.excluir_dia_sem_expediente(por=quem_pede(request), dia_id=dia_id)
    return HttpResponseRedirect(reverse("atendimento:cadastro_expediente"))


@require_http_methods(["GET", "POST"])
@exige_entrada
def metas(request: HttpRequest) -> HttpResponse:
    """Os prazos prometidos por produto e tipo."""
    produtos, tipos = produtos_do_catalogo(), codigos_dos_tipos()
    definidas = metas_definidas(para=request.user)
    form = MetaForm(request.POST if request.method == "POST" else None, produtos=produtos, tipos=tipos)
    if form.is_valid():
        with erro_no_campo(form):
            dados = dict(form.cleaned_data)
            dados["produto"] = next((p for p in produtos if p.codigo == dados["produto"]), None)
            expediente.definir_meta(por=quem_pede(request), **dados)
            return HttpResponseRedirect(reverse("atendimento:cadastro_metas"))
    contexto = {"form": form, "metas": definidas, "nomes": dict(tipos)}
    return render(request, "atendimento/cadastro/metas.jinja", contexto, status=422 if form.errors else 200)


@require_POST
@exige_entrada
def excluir_meta(request: HttpRequest, meta_id: int) -> HttpResponse:
    """Tira uma meta; a geral fica."""
    exigir_cadastro(request.user)
    expediente.excluir_meta(por=quem_pede(request), meta_id=meta_id)
    return HttpResponseRedirect(reverse("atendimento:cadastro_metas"))


def _ao_produto(achado: Produto) -> HttpResponse:
    return HttpResponseRedirect(reverse("atendimento:cadastro_produto", args=[achado.codigo]))
