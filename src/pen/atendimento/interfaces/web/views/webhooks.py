"""Os webhooks de quem entrou; os de outra pessoa não existem."""

from collections.abc import Callable
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pen.atendimento.enums import Passo
from pen.atendimento.interfaces.web.forms.webhooks import WebhookForm
from pen.atendimento.selectors.chamados import equipes_da_pessoa
from pen.atendimento.selectors.webhooks import consultar_inscricao, entregas_recentes, inscricoes_da_pessoa
from pen.atendimento.services import inscricoes
from pen.comum.errors import PedidoIncompleto
from pen.comum.http import exige_entrada
from pen.designsys.forms import erro_no_campo
from pen.identidade.public import quem_pede


@require_http_methods(["GET", "POST"])
@exige_entrada
def listar(request: HttpRequest) -> HttpResponse:
    """Os webhooks; criar mostra o segredo nesta página, uma vez só."""
    pessoa, segredo = quem_pede(request), ""
    equipes = list(equipes_da_pessoa(pessoa))
    form = WebhookForm(request.POST if request.method == "POST" else None, equipes=equipes)
    if form.is_valid():
        with erro_no_campo(form):
            dados = form.cleaned_data
            equipe = next((e for e in equipes if str(e.pk) == dados.get("equipe")), None)
            eventos = [Passo(e) for e in dados["eventos"]]
            _, segredo = inscricoes.criar_inscricao(por=pessoa, endereco=dados["endereco"], eventos=eventos, equipe=equipe)
            form = WebhookForm(equipes=equipes)
    contexto = {"form": form, "segredo": segredo, "webhooks": inscricoes_da_pessoa(para=pessoa)}
    return render(request, "atendimento/webhooks.jinja", contexto, status=422 if form.errors else 200)


@require_GET
@exige_entrada
def ver(request: HttpRequest, inscricao_id: UUID) -> HttpResponse:
    """Um webhook e as últimas entregas."""
    return _pagina(request, inscricao_id)


@require_POST
@exige_entrada
def testar(request: HttpRequest, inscricao_id: UUID) -> HttpResponse:
    """Manda um evento de teste."""
    return _agir(request, inscricao_id, inscricoes.enviar_teste)


@require_POST
@exige_entrada
def trocar(request: HttpRequest, inscricao_id: UUID) -> HttpResponse:
    """Troca o segredo, e mostra o novo nesta página, uma vez só."""
    try:
        _, segredo = inscricoes.trocar_segredo(por=quem_pede(request), inscricao_id=inscricao_id)
    except PedidoIncompleto as erro:
        return _pagina(request, inscricao_id, recusa=erro.mensagem)
    return _pagina(request, inscricao_id, segredo=segredo)


@require_POST
@exige_entrada
def pausar(request: HttpRequest, inscricao_id: UUID) -> HttpResponse:
    """Para de entregar."""
    return _agir(request, inscricao_id, inscricoes.pausar_inscricao)


@require_POST
@exige_entrada
def retomar(request: HttpRequest, inscricao_id: UUID) -> HttpResponse:
    """Volta a entregar."""
    return _agir(request, inscricao_id, inscricoes.retomar_inscricao)


@require_POST
@exige_entrada
def excluir(request: HttpRequest, inscricao_id: UUID) -> HttpResponse:
    """Acaba com o webhook."""
    inscricoes.excluir_inscricao(por=quem_pede(request), inscricao_id=inscricao_id)
    return HttpResponseRedirect(reverse("atendimento:webhooks"))


@require_POST
@exige_entrada
def reenviar(request: HttpRequest, inscricao_id: UUID, entrega_id: UUID) -> HttpResponse:
    """Manda de novo uma entrega."""
    return _agir(request, inscricao_id, inscricoes.reenviar_entrega, entrega_id=entrega_id)


def _agir(request: HttpRequest, inscricao_id: UUID, ato: Callable[..., object], **mais: UUID) -> HttpResponse:
    """Faz e volta ao webhook; o que não cabe na situação dele se diz na página."""
    try:
        ato(por=quem_pede(request), inscricao_id=inscricao_id, **mais)
    except PedidoIncompleto as erro:
        return _pagina(request, inscricao_id, recusa=erro.mensagem)
    return HttpResponseRedirect(reverse("atendimento:webhook", args=[inscricao_id]))


def _pagina(request: HttpRequest, inscricao_id: UUID, *, recusa: str = "", segredo: str = "") -> HttpResponse:
    webhook = consultar_inscricao(inscricao_id, para=request.user)
    eventos = ", ".join(Passo(e).label for e in webhook.eventos) or "todos os passos"
    contexto = {
        "w": webhook, "eventos": eventos, "entregas": entregas_recentes(webhook), "recusa": recusa, "segredo": segredo,
    }  # fmt: skip
    return render(request, "atendimento/webhook.jinja", contexto, status=422 if recusa else 200)
