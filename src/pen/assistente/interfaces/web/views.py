"""A conversa com o assistente, o chamado em que ela vira, e o que ficou sem resposta."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pen.assistente.interfaces import presenters
from pen.assistente.interfaces.web.forms import ChamadoForm, NovoArtigoForm, OpiniaoForm, PerguntaForm
from pen.assistente.models import Conversa
from pen.assistente.models.conversa import GUARDADA
from pen.assistente.rules import le_perguntas
from pen.assistente.selectors.conversas import conversa_a_continuar, conversa_da_chave, falas_da_conversa, fora_da_base
from pen.assistente.selectors.encaminhamento import ChamadoSugerido, sugerir_chamado
from pen.assistente.selectors.perguntas import balanco_das_perguntas, perguntas_sem_resposta
from pen.assistente.services import conversas
from pen.assistente.services.artigos import comecar_artigo
from pen.assistente.services.encaminhamento import preparar_chamado
from pen.comum.http import exige_entrada, origem_do_pedido
from pen.conhecimento.public import EsferaDeAtendimento, Produto, produtos_oferecidos
from pen.designsys.forms import erro_no_campo
from pen.identidade.public import quem_pede

COOKIE = "pen_conversa"
PEDACO = "X-Pedaco"  # o script pede só a conversa, sem a página


@require_safe
def conversar(request: HttpRequest) -> HttpResponse:
    """A conversa, e onde perguntar."""
    return _pagina(request, PerguntaForm())


@require_safe
def painel(request: HttpRequest) -> HttpResponse:
    """Só a conversa, para o painel que abre em qualquer página."""
    return _pagina(request, PerguntaForm(), pedaco=True)


@require_POST
def perguntar(request: HttpRequest) -> HttpResponse:
    """Responde, e volta à conversa."""
    form = PerguntaForm(request.POST)
    if form.is_valid():
        with erro_no_campo(form):
            fala = conversas.perguntar(
                por=request.user, chave=_chave(request), texto=form.cleaned_data["pergunta"],
                produto=_produto(form.cleaned_data["produto"]), origem=origem_do_pedido(request),
            )  # fmt: skip
            return _por_no_aparelho(request, fala.conversa, fala_id=fala.pk)
    return _pagina(request, form, pedaco=PEDACO in request.headers)


@require_POST
def opinar(request: HttpRequest, fala_id: int) -> HttpResponse:
    """Diz se a resposta serviu, e volta à conversa."""
    form = OpiniaoForm(request.POST)
    if form.is_valid():
        conversas.opinar(
            por=request.user, chave=_chave(request), fala_id=fala_id, ajudou=form.cleaned_data["ajudou"],
            escolha=form.cleaned_data["escolha"] or 0,
        )  # fmt: skip
    return _depois(request, conversa=_conversa(request), fala_id=fala_id)


@require_POST
def recomecar(request: HttpRequest) -> HttpResponse:
    """Esquece, neste aparelho, a conversa que havia, e começa outra."""
    resposta = _depois(request, conversa=None)
    resposta.delete_cookie(COOKIE, path=reverse("assistente:conversar"), samesite="Lax")
    return resposta


@require_POST
def continuar(request: HttpRequest) -> HttpResponse:
    """Traz a este aparelho a última conversa de quem entrou; se não há, nada muda."""
    conversa = _outra_conversa(request, _conversa(request))
    return _por_no_aparelho(request, conversa) if conversa else _depois(request, conversa=_conversa(request))


@require_http_methods(["GET", "POST"])
def chamado(request: HttpRequest) -> HttpResponseBase:
    """Leva a conversa ao formulário do chamado; se falta saber a esfera, o produto ou o tipo, pergunta antes."""
    if not request.user.is_authenticated and request.method == "POST":
        return HttpResponseRedirect(request.path)  # que manda entrar, e volta para cá
    return _levar_a_um_chamado(request)


@exige_entrada
def _levar_a_um_chamado(request: HttpRequest) -> HttpResponse:
    conversa = _conversa(request)
    if conversa is None:
        return HttpResponseRedirect(reverse("atendimento:inicio"))
    por = quem_pede(request)
    dita = request.POST.get("esfera", "")
    sugerido = sugerir_chamado(
        conversa, para=por, esfera=EsferaDeAtendimento(dita) if dita in EsferaDeAtendimento.values else None,
        produto=_produto(request.POST.get("produto", "")), tipo=request.POST.get("tipo", ""),
    )  # fmt: skip
    if request.method == "POST" and sugerido.completo:
        preparar_chamado(por=por, conversa=conversa, chamado=sugerido)
        return HttpResponseRedirect(reverse("atendimento:abrir", args=_folha(sugerido)))
    do_form = request.method == "POST" and "produto" in request.POST
    form = ChamadoForm(request.POST if do_form else None, sugerido=sugerido, produtos=produtos_oferecidos(sugerido.esfera))
    contexto = {"form": form, "sugerido": sugerido}
    return render(request, "assistente/chamado.jinja", contexto, status=422 if form.errors else 200)


@require_safe
@exige_entrada
def perguntas(request: HttpRequest) -> HttpResponse:
    """O que ficou sem resposta, para quem escreve na base."""
    agora = timezone.now()
    contexto = {
        "balanco": presenters.linhas_do_balanco(balanco_das_perguntas(para=request.user, agora=agora)),
        "grupos": perguntas_sem_resposta(para=request.user, agora=agora),
    }
    return render(request, "assistente/perguntas.jinja", contexto)


@require_POST
@exige_entrada
def escrever(request: HttpRequest) -> HttpResponse:
    """Começa um artigo com as perguntas que ele vai responder, e abre o rascunho."""
    form = NovoArtigoForm(request.POST)
    if not form.is_valid():
        return HttpResponseRedirect(reverse("assistente:perguntas"))
    perguntas = [form.cleaned_data["pergunta"], *form.cleaned_data["outras"].splitlines()]
    codigo = comecar_artigo(por=quem_pede(request), perguntas=perguntas)
    return HttpResponseRedirect(reverse("conhecimento:alterar", args=[codigo]))


def _chave(request: HttpRequest) -> str:
    return request.COOKIES.get(COOKIE, "")[:43]


def _conversa(request: HttpRequest) -> Conversa | None:
    return conversa_da_chave(_chave(request), para=request.user)


def _outra_conversa(request: HttpRequest, atual: Conversa | None) -> Conversa | None:
    return conversa_a_continuar(atual, para=request.user, agora=timezone.now())


def _por_no_aparelho(request: HttpRequest, conversa: Conversa, *, fala_id: int | None = None) -> HttpResponse:
    """Volta à conversa, com a chave dela no cookie; só o assistente a recebe."""
    resposta = _depois(request, conversa=conversa, fala_id=fala_id)
    resposta.set_cookie(
        COOKIE, conversa.chave, max_age=GUARDADA, httponly=True, samesite="Lax", secure=request.is_secure(),
        path=reverse("assistente:conversar"),
    )  # fmt: skip
    return resposta


def _produto(codigo: str) -> Produto | None:
    return next((p for p in produtos_oferecidos() if p.codigo == codigo), None) if codigo else None


def _folha(sugerido: ChamadoSugerido) -> list[str]:
    """O que vai no endereço da abertura: a esfera, o produto e o tipo."""
    assert sugerido.esfera is not None
    assert sugerido.produto is not None
    assert sugerido.tipo is not None
    return [sugerido.esfera.no_endereco, sugerido.produto.codigo, sugerido.tipo.codigo]


def _depois(request: HttpRequest, *, conversa: Conversa | None, fala_id: int | None = None) -> HttpResponse:
    if PEDACO in request.headers:
        return _mostrar(request, PerguntaForm(), conversa, pedaco=True)
    return HttpResponseRedirect(reverse("assistente:conversar") + (f"#fala-{fala_id}" if fala_id else ""))


def _pagina(request: HttpRequest, form: PerguntaForm, *, pedaco: bool = False) -> HttpResponse:
    return _mostrar(request, form, _conversa(request), pedaco=pedaco)


def _mostrar(request: HttpRequest, form: PerguntaForm, conversa: Conversa | None, *, pedaco: bool) -> HttpResponse:
    vistas = falas_da_conversa(conversa, para=request.user)
    contexto: dict[str, Any] = {
        "form": form, "falas": [presenters.linha_da_fala(v) for v in vistas],
        "fora": fora_da_base(vistas[-1].fala if vistas else None),
        "produto": conversa.produto if conversa else None, "exemplos": presenters.PERGUNTAS_DE_EXEMPLO,
        "le_perguntas": le_perguntas(request.user), "outra": _outra_conversa(request, conversa),
    }  # fmt: skip
    modelo = "assistente/_conversa.jinja" if pedaco else "assistente/conversar.jinja"
    resposta = render(request, modelo, contexto, status=422 if form.errors else 200)
    resposta["Cache-Control"] = "private, no-store"
    return resposta
