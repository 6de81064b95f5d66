"""A base de conhecimento de quem lê: a busca, os produtos, e um artigo. Quem não entrou vê o que é público."""

import secrets
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from pen.comum.tempo import BRASILIA
from pen.conhecimento.armazem import abrir
from pen.conhecimento.interfaces.web import presenters
from pen.conhecimento.interfaces.web.forms import BuscaForm, OpiniaoForm
from pen.conhecimento.rules import escreve
from pen.conhecimento.selectors import produtos
from pen.conhecimento.selectors.artigos import (
    artigos_do_produto,
    consultar_artigo,
    produtos_com_artigos,
)
from pen.conhecimento.selectors.busca import buscar_na_base
from pen.conhecimento.selectors.fontes import procurar_fora
from pen.conhecimento.selectors.imagens import consultar_imagem, imagens_do_artigo
from pen.conhecimento.services import opinioes
from pen.designsys.forms import erro_no_campo
from pen.identidade.public import Pessoa

APARELHO = "pen_leitor"  # o cookie com o código sorteado do aparelho, que só existe depois de opinar
VALIDADE = 365 * 24 * 60 * 60  # segundos
VALIDADE_DA_IMAGEM = 60 * 60  # segundos


@require_safe
def inicio(request: HttpRequest) -> HttpResponse:
    """A busca, e os produtos que têm artigos."""
    com_artigos = produtos_com_artigos(para=request.user)
    form = BuscaForm(request.GET or None, produtos=[p for p, _ in com_artigos])
    contexto: dict[str, Any] = {
        "form": form,
        "produtos": com_artigos,
        "artigos": None,
        "fora": [],
        "lida": "",
        "escreve": escreve(request.user),
    }
    if form.is_valid() and form.cleaned_data["palavras"]:
        de = {p.codigo: p.pk for p, _ in com_artigos}
        palavras, produto_id = form.cleaned_data["palavras"], de.get(form.cleaned_data["produto"])
        busca = buscar_na_base(palavras, para=request.user, produto_id=produto_id)
        contexto |= {"artigos": presenters.linhas_da_busca(busca), "lida": busca.lida if busca.consertada else ""}
        contexto["fora"] = procurar_fora(busca.lida or palavras, produto_id=produto_id)
    return _responder(request, "conhecimento/inicio.jinja", contexto)


@require_safe
def produto(request: HttpRequest, codigo: str) -> HttpResponse:
    """Os artigos de um produto."""
    achado = produtos.consultar_produto(codigo)
    artigos = [presenters.linha_do_artigo(a) for a in artigos_do_produto(achado, para=request.user)]
    return _responder(request, "conhecimento/produto.jinja", {"produto": achado, "artigos": artigos})


@require_safe
def ver(request: HttpRequest, codigo: str) -> HttpResponse:
    """O artigo."""
    return _artigo(request, codigo, OpiniaoForm())


@require_safe
def imagem(request: HttpRequest, codigo: str, nome: str) -> FileResponse:
    """Uma imagem do artigo; o que este endereço mostra nunca muda, mas pode deixar de se mostrar."""
    achada, publica = consultar_imagem(codigo, nome, para=request.user)
    resposta = FileResponse(abrir(achada.resumo), filename=achada.nome, content_type=achada.formato)
    resposta["Content-Security-Policy"] = "default-src 'none'; sandbox"
    resposta["Cache-Control"] = f"private, max-age={VALIDADE_DA_IMAGEM}" if publica else "private, no-store"
    if not publica:
        resposta["X-Robots-Tag"] = "noindex"
    return resposta


@require_POST
def opinar(request: HttpRequest, codigo: str) -> HttpResponse:
    """Diz se o artigo ajudou."""
    form = OpiniaoForm(request.POST)
    if form.is_valid():
        aparelho = request.COOKIES.get(APARELHO, "")[:64] or secrets.token_urlsafe(16)
        with erro_no_campo(form):
            opinioes.opinar(por=request.user, codigo=codigo, aparelho=aparelho, **form.cleaned_data)
            resposta = HttpResponseRedirect(reverse("conhecimento:artigo", args=[codigo]) + "?obrigado=1#opiniao")
            resposta.set_cookie(
                APARELHO, aparelho, max_age=VALIDADE, httponly=True, samesite="Lax", secure=request.is_secure(),
                path=reverse("conhecimento:inicio"),
            )  # fmt: skip
            return resposta
    return _artigo(request, codigo, form)


def _artigo(request: HttpRequest, codigo: str, form: OpiniaoForm) -> HttpResponse:
    achado = consultar_artigo(codigo, para=request.user)
    hoje = timezone.now().astimezone(BRASILIA).date()
    contexto = {
        "artigo": achado.artigo, "versao": achado.versao, "especie": presenters.especie_e_produto(achado.artigo),
        "pagina": presenters.pagina_do_artigo(achado.versao, imagens_do_artigo(achado.artigo), hoje=hoje),
        "form": form, "obrigado": request.GET.get("obrigado") == "1", "escreve": escreve(request.user),
    }  # fmt: skip
    return _responder(request, "conhecimento/artigo.jinja", contexto)


def _responder(request: HttpRequest, modelo: str, contexto: dict[str, Any]) -> HttpResponse:
    """A página; a de quem entrou pode ter o que é interno, e não fica em cache nenhum."""
    form = contexto.get("form")
    resposta = render(request, modelo, contexto, status=422 if request.method == "POST" and form and form.errors else 200)
    resposta["Cache-Control"] = "private, no-store" if isinstance(request.user, Pessoa) else "private, max-age=0"
    return resposta
