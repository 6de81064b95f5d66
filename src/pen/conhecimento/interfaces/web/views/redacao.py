"""A redação: escrever, rever, publicar e retirar. Para quem não escreve, não existe."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pen.comum.envio import arquivos_pulados
from pen.comum.errors import conferir
from pen.comum.http import exige_entrada
from pen.comum.tempo import BRASILIA
from pen.conhecimento.enums import Especie, SituacaoDaVersao
from pen.conhecimento.errors import ArtigoNaoEncontrado
from pen.conhecimento.interfaces.web import presenters
from pen.conhecimento.interfaces.web.forms import ArtigoForm, EspecieForm, ImagensForm, ParecerForm
from pen.conhecimento.rules import escreve, publica
from pen.conhecimento.selectors.artigos import artigos_vencidos, consultar_redacao, versoes_a_publicar
from pen.conhecimento.selectors.imagens import imagens_da_redacao, imagens_do_artigo
from pen.conhecimento.selectors.opinioes import balanco_das_opinioes
from pen.conhecimento.selectors.produtos import consultar_produto, produtos_do_catalogo
from pen.conhecimento.services import artigos, imagens
from pen.designsys.forms import erro_no_campo
from pen.identidade.public import Pessoa, quem_pede


@require_safe
@exige_entrada
def listar(request: HttpRequest) -> HttpResponse:
    """O que espera revisão, os rascunhos, os que venceram, e os que menos ajudam."""
    eu, hoje = request.user, timezone.now().astimezone(BRASILIA).date()
    contexto = {
        "versoes": [(v, *presenters.linha_da_versao(v)) for v in versoes_a_publicar(para=eu)],
        "vencidos": artigos_vencidos(para=eu, hoje=hoje), "opinioes": balanco_das_opinioes(para=eu),
    }  # fmt: skip
    return render(request, "conhecimento/redacao.jinja", contexto)


@require_http_methods(["GET", "POST"])
@exige_entrada
def escrever(request: HttpRequest) -> HttpResponse:
    """Escolhe o que se vai escrever; com isso no endereço, o formulário."""
    conferir(escreve(request.user), ArtigoNaoEncontrado("Não existe nada neste endereço."))
    catalogo = produtos_do_catalogo()
    escolha = EspecieForm(request.GET or None, produtos=catalogo)
    if not escolha.is_valid():
        return render(request, "conhecimento/escolher.jinja", {"form": escolha})
    especie = Especie(escolha.cleaned_data["especie"])
    form = ArtigoForm(request.POST if request.method == "POST" else None, especie=especie)
    if form.is_valid():
        with erro_no_campo(form):
            codigo = escolha.cleaned_data["produto"]
            versao = artigos.escrever_artigo(
                por=quem_pede(request), especie=especie, escrito=form.escrito(),
                produto=consultar_produto(codigo) if codigo else None, interno=escolha.cleaned_data["interno"],
            )  # fmt: skip
            return HttpResponseRedirect(reverse("conhecimento:redacao_do_artigo", args=[versao.artigo.codigo]))
    contexto = {"form": form, "titulo": f"Escrever: {especie.label.lower()}", "codigo": "", "imagens": []}
    return render(request, "conhecimento/escrever.jinja", contexto, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@exige_entrada
def alterar(request: HttpRequest, codigo: str) -> HttpResponse:
    """Muda o rascunho, ou começa a versão seguinte com o texto da última."""
    artigo, versoes = consultar_redacao(codigo, para=request.user)
    form = ArtigoForm(
        request.POST if request.method == "POST" else None, especie=Especie(artigo.especie),
        initial=presenters.inicial_do_form(versoes[0]),
    )  # fmt: skip
    if form.is_valid():
        with erro_no_campo(form):
            artigos.alterar_artigo(por=quem_pede(request), codigo=codigo, escrito=form.escrito())
            return HttpResponseRedirect(reverse("conhecimento:redacao_do_artigo", args=[codigo]))
    contexto = {
        "form": form, "titulo": f"Alterar: {versoes[0].titulo}", "codigo": codigo,
        "imagens": imagens_da_redacao(artigo, para=request.user),
    }  # fmt: skip
    return render(request, "conhecimento/escrever.jinja", contexto, status=422 if form.errors else 200)


@require_safe
@exige_entrada
def ver(request: HttpRequest, codigo: str) -> HttpResponse:
    """A versão mais nova como vai ficar, o que mudou, e o que se pode fazer com ela."""
    return _pagina(request, codigo)


@require_POST
@exige_entrada
def enviar_imagens(request: HttpRequest, codigo: str) -> HttpResponse:
    """Inclui as imagens enviadas, que o texto pode citar."""
    consultar_redacao(codigo, para=request.user)
    form = ImagensForm(request.POST, request.FILES)
    for nome in arquivos_pulados(request):
        form.add_error("imagens", f"«{nome}» é grande demais, ou o envio todo passa do limite.")
    if form.is_valid():
        with erro_no_campo(form, "imagens"):
            imagens.incluir_imagens(por=quem_pede(request), codigo=codigo, imagens=form.novas())
            return HttpResponseRedirect(reverse("conhecimento:redacao_do_artigo", args=[codigo]) + "#imagens")
    return _pagina(request, codigo, imagens_novas=form)


@require_POST
@exige_entrada
def excluir_imagem(request: HttpRequest, codigo: str) -> HttpResponse:
    """Exclui uma imagem que nenhuma versão cita."""
    consultar_redacao(codigo, para=request.user)
    imagens.excluir_imagem(por=quem_pede(request), codigo=codigo, nome=request.POST.get("nome", ""))
    return HttpResponseRedirect(reverse("conhecimento:redacao_do_artigo", args=[codigo]) + "#imagens")


@require_POST
@exige_entrada
def agir(request: HttpRequest, codigo: str, acao: str) -> HttpResponse:
    """Envia, publica, devolve, retira ou traz de volta."""
    por = quem_pede(request)
    acoes: dict[str, Callable[[], Any]] = {
        "enviar": lambda: artigos.enviar_para_revisao(por=por, codigo=codigo),
        "publicar": lambda: artigos.publicar_versao(por=por, codigo=codigo),
        "retirar": lambda: artigos.retirar_artigo(por=por, codigo=codigo),
        "trazer-de-volta": lambda: artigos.retirar_artigo(por=por, codigo=codigo, retirar=False),
    }
    consultar_redacao(codigo, para=por)
    if acao == "devolver":
        form = ParecerForm(request.POST)
        if not form.is_valid():
            return _pagina(request, codigo, parecer=form)
        artigos.devolver_versao(por=por, codigo=codigo, parecer=form.cleaned_data["parecer"])
    elif acao in acoes:
        acoes[acao]()
    else:
        raise Http404
    return HttpResponseRedirect(reverse("conhecimento:redacao_do_artigo", args=[codigo]))


def _pagina(
    request: HttpRequest, codigo: str, *, parecer: ParecerForm | None = None, imagens_novas: ImagensForm | None = None
) -> HttpResponse:  # fmt: skip
    artigo, versoes = consultar_redacao(codigo, para=request.user)
    na_pagina, form = imagens_do_artigo(artigo), parecer or ParecerForm()
    novas = imagens_novas or ImagensForm()
    atual, publicada = versoes[0], next((v for v in versoes if v.situacao == SituacaoDaVersao.PUBLICADA), None)
    eu = request.user
    propria = isinstance(eu, Pessoa) and atual.autor_id == eu.pk
    contexto = {
        "artigo": artigo, "versao": atual, "especie": presenters.especie_e_produto(artigo), "form": form,
        "pagina": presenters.pagina_do_artigo(atual, na_pagina, hoje=timezone.now().astimezone(BRASILIA).date()),
        "imagens": imagens_da_redacao(artigo, para=eu), "imagens_novas": novas,
        "falta": presenters.falta_nas_imagens(atual, na_pagina),
        "versoes": [presenters.linha_da_versao(v) for v in versoes],
        "diferencas": presenters.diferencas(publicada, atual) if publicada and publicada.pk != atual.pk else [],
        "pode_enviar": atual.situacao == SituacaoDaVersao.RASCUNHO,
        "pode_publicar": atual.situacao == SituacaoDaVersao.EM_REVISAO and publica(eu) and not propria,
        "pode_devolver": atual.situacao == SituacaoDaVersao.EM_REVISAO and publica(eu),
        "pode_retirar": publica(eu) and publicada is not None, "espera_outra": propria and publica(eu),
    }  # fmt: skip
    errado = form.errors or novas.errors
    return render(request, "conhecimento/redacao_do_artigo.jinja", contexto, status=422 if errado else 200)
