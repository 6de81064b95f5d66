"""O cadastro do fórum, da equipe central; para os outros, não existe."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from pen.comum.http import exige_entrada
from pen.conhecimento.public import produtos_do_catalogo
from pen.designsys.forms import erro_no_campo
from pen.identidade.public import quem_pede
from pen.participen.interfaces.web.forms import CategoriaForm, EtiquetaForm, EtiquetaNovaForm, PoliticaForm, RegrasForm
from pen.participen.interfaces.web.views.comum import responder
from pen.participen.rules import exigir_moderacao
from pen.participen.selectors.cadastro import (
    consultar_categoria,
    consultar_etiqueta,
    etiquetas_por_grupo,
    todas_as_categorias,
)
from pen.participen.selectors.conduta import politica_em_vigor, regras_em_vigor
from pen.participen.services import cadastro, conduta


@require_safe
@exige_entrada
def inicio(request: HttpRequest) -> HttpResponse:
    """As categorias, e os caminhos do resto."""
    exigir_moderacao(request.user)
    contexto = {"categorias": todas_as_categorias(), "politica": politica_em_vigor(), "regras": regras_em_vigor()}
    return responder(request, "participen/cadastro.jinja", contexto)


@require_http_methods(["GET", "POST"])
@exige_entrada
def nova_categoria(request: HttpRequest) -> HttpResponse:
    """Cria uma categoria."""
    exigir_moderacao(request.user)
    form = CategoriaForm(request.POST if request.method == "POST" else None, produtos=produtos_do_catalogo())
    if form.is_valid():
        with erro_no_campo(form):
            cadastro.criar_categoria(por=quem_pede(request), dados=form.dados())
            return HttpResponseRedirect(reverse("participen:cadastro"))
    return responder(
        request, "participen/formulario.jinja", {"form": form, "titulo": "Nova categoria"}, errado=bool(form.errors)
    )


@require_http_methods(["GET", "POST"])
@exige_entrada
def categoria(request: HttpRequest, codigo: str) -> HttpResponse:
    """Altera uma categoria."""
    exigir_moderacao(request.user)
    achada, produtos = consultar_categoria(codigo), produtos_do_catalogo()
    inicial = {nome: getattr(achada, nome) for nome in ("nome", "descricao", "ordem", "ativa")}
    inicial["produto"] = next((p.codigo for p in produtos if p.pk == achada.produto_id), "")
    dados = request.POST if request.method == "POST" else None
    form = CategoriaForm(dados, initial=inicial, produtos=produtos)
    if form.is_valid():
        with erro_no_campo(form):
            cadastro.alterar_categoria(por=quem_pede(request), codigo=codigo, dados=form.dados())
            return HttpResponseRedirect(reverse("participen:cadastro"))
    contexto = {"form": form, "titulo": f"Categoria: {achada.nome}"}
    return responder(request, "participen/formulario.jinja", contexto, errado=bool(form.errors))


@require_http_methods(["GET", "POST"])
@exige_entrada
def etiquetas(request: HttpRequest) -> HttpResponse:
    """As etiquetas, e um formulário para mais uma."""
    exigir_moderacao(request.user)
    form = EtiquetaNovaForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with erro_no_campo(form):
            cadastro.criar_etiqueta(por=quem_pede(request), **form.cleaned_data)
            return HttpResponseRedirect(reverse("participen:cadastro_etiquetas"))
    contexto = {"form": form, "grupos": etiquetas_por_grupo(inativas=True)}
    return responder(request, "participen/cadastro_etiquetas.jinja", contexto, errado=bool(form.errors))


@require_http_methods(["GET", "POST"])
@exige_entrada
def etiqueta(request: HttpRequest, codigo: str) -> HttpResponse:
    """Altera uma etiqueta."""
    exigir_moderacao(request.user)
    achada = consultar_etiqueta(codigo)
    dados = request.POST if request.method == "POST" else None
    form = EtiquetaForm(dados, initial={"nome": achada.nome, "ativa": achada.ativa})
    if form.is_valid():
        with erro_no_campo(form):
            cadastro.alterar_etiqueta(por=quem_pede(request), codigo=codigo, **form.cleaned_data)
            return HttpResponseRedirect(reverse("participen:cadastro_etiquetas"))
    contexto = {"form": form, "titulo": f"Etiqueta: {achada.nome}"}
    return responder(request, "participen/formulario.jinja", contexto, errado=bool(form.errors))


@require_http_methods(["GET", "POST"])
@exige_entrada
def regras(request: HttpRequest) -> HttpResponse:
    """Publica outra versão das regras."""
    exigir_moderacao(request.user)
    em_vigor = regras_em_vigor()
    inicial = {"texto": em_vigor.texto if em_vigor else ""}
    form = RegrasForm(request.POST if request.method == "POST" else None, initial=inicial)
    if form.is_valid():
        with erro_no_campo(form):
            conduta.publicar_regras(por=quem_pede(request), texto=form.cleaned_data["texto"])
            return HttpResponseRedirect(reverse("participen:regras"))
    contexto = {"form": form, "titulo": "Publicar outra versão das regras"}
    return responder(request, "participen/formulario.jinja", contexto, errado=bool(form.errors))


@require_http_methods(["GET", "POST"])
@exige_entrada
def politica(request: HttpRequest) -> HttpResponse:
    """Muda quantas publicações de quem chega se leem antes."""
    exigir_moderacao(request.user)
    em_vigor = politica_em_vigor()
    inicial = {"ate_confiar": em_vigor.ate_confiar if em_vigor else 0}
    form = PoliticaForm(request.POST if request.method == "POST" else None, initial=inicial)
    if form.is_valid():
        with erro_no_campo(form):
            conduta.adotar_politica(por=quem_pede(request), ate_confiar=form.cleaned_data["ate_confiar"])
            return HttpResponseRedirect(reverse("participen:cadastro"))
    contexto = {"form": form, "titulo": "Política de moderação"}
    return responder(request, "participen/formulario.jinja", contexto, errado=bool(form.errors))
