"""A moderação, da equipe central; para os outros, não existe."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from pen.comum.http import exige_entrada
from pen.conhecimento.public import mostrar_conversa
from pen.designsys.forms import erro_no_campo
from pen.identidade.public import quem_pede
from pen.participen.enums import AtoDeModeracao
from pen.participen.interfaces.web import presenters
from pen.participen.interfaces.web.forms import AtoNoTopicoForm, DecisaoForm, JulgamentoForm
from pen.participen.interfaces.web.views.comum import responder
from pen.participen.models import Topico
from pen.participen.rules import exigir_moderacao
from pen.participen.selectors.cadastro import categorias_ativas
from pen.participen.selectors.moderacao import (
    consultar_decisao,
    decisoes_da_publicacao,
    denuncias_abertas,
    fila_da_moderacao,
)
from pen.participen.selectors.topicos import consultar_publicacao, consultar_topico
from pen.participen.services import moderacao


@require_safe
@exige_entrada
def fila(request: HttpRequest) -> HttpResponse:
    """O que espera, o que se denunciou e os recursos, do mais antigo ao mais novo."""
    return responder(request, "participen/moderacao.jinja", {"fila": fila_da_moderacao(para=request.user)})


@require_http_methods(["GET", "POST"])
@exige_entrada
def publicacao(request: HttpRequest, publicacao_id: UUID) -> HttpResponse:
    """Uma publicação, o que se disse dela, e o que fazer."""
    exigir_moderacao(request.user)
    achada = consultar_publicacao(publicacao_id, para=request.user)
    form = DecisaoForm(request.POST if request.method == "POST" else None, atos=moderacao.atos_da_publicacao(achada))
    if form.is_valid():
        with erro_no_campo(form):
            moderacao.decidir(
                por=quem_pede(request), publicacao_id=achada.pk, ato=AtoDeModeracao(form.cleaned_data["ato"]),
                motivo=form.cleaned_data["motivo"], razao=form.cleaned_data["razao"],
            )  # fmt: skip
            return HttpResponseRedirect(reverse("participen:moderacao"))
    contexto = {
        "publicacao": achada, "topico": achada.topico, "html": mostrar_conversa(achada.texto), "form": form,
        "denuncias": denuncias_abertas(achada, para=request.user), "cores": presenters.CORES,
        "decisoes": decisoes_da_publicacao(achada, para=request.user),
    }  # fmt: skip
    return responder(request, "participen/moderar.jinja", contexto, errado=bool(form.errors))


@require_http_methods(["GET", "POST"])
@exige_entrada
def topico(request: HttpRequest, numero: int) -> HttpResponse:
    """Fecha, reabre, move, fixa ou solta um tópico."""
    exigir_moderacao(request.user)
    achado = consultar_topico(numero, para=request.user)
    categorias = [c for c in categorias_ativas() if c.pk != achado.categoria_id]
    dados = request.POST if request.method == "POST" else None
    form = AtoNoTopicoForm(dados, atos=_atos_do(achado), categorias=categorias)
    if form.is_valid():
        with erro_no_campo(form):
            moderacao.decidir_sobre_topico(
                por=quem_pede(request), numero=numero, ato=AtoDeModeracao(form.cleaned_data["ato"]),
                razao=form.cleaned_data["razao"], categoria=form.cleaned_data["categoria"],
            )  # fmt: skip
            return HttpResponseRedirect(reverse("participen:topico", args=[numero]))
    return responder(request, "participen/moderar_topico.jinja", {"form": form, "topico": achado}, errado=bool(form.errors))


@require_http_methods(["GET", "POST"])
@exige_entrada
def recurso(request: HttpRequest, decisao_id: UUID) -> HttpResponse:
    """Julga um recurso."""
    exigir_moderacao(request.user)
    decisao, pedido = consultar_decisao(decisao_id, para=request.user)
    form = JulgamentoForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with erro_no_campo(form):
            moderacao.julgar_recurso(por=quem_pede(request), decisao_id=decisao.pk, **form.cleaned_data)
            return HttpResponseRedirect(reverse("participen:moderacao"))
    contexto = {
        "form": form, "decisao": decisao, "recurso": pedido, "topico": decisao.publicacao.topico,
        "html": mostrar_conversa(decisao.publicacao.texto),
    }  # fmt: skip
    return responder(request, "participen/julgar.jinja", contexto, errado=bool(form.errors))


def _atos_do(topico: Topico) -> list[AtoDeModeracao]:
    return [
        AtoDeModeracao.REABRIR if topico.fechado_em else AtoDeModeracao.FECHAR,
        AtoDeModeracao.MOVER,
        AtoDeModeracao.SOLTAR if topico.fixado else AtoDeModeracao.FIXAR,
    ]
