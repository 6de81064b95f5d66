"""A conferência de uma planilha inteira. Sem entrar e sem cookie: quem tem o endereço de uma conferência a vê e a exclui."""

import uuid
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pen.comum.errors import ErroDeDominio, LimiteExcedido
from pen.comum.http import CorpoGrandeDemais, ler_corpo, origem_do_pedido
from pen.nup.enums.situacoes import SituacaoDaConferencia
from pen.nup.errors import ColunaNaoEncontrada
from pen.nup.interfaces.web.conferencia import presenters
from pen.nup.interfaces.web.conferencia.forms import ColunaForm, EnvioForm, EnvioGrandeDemaisForm
from pen.nup.models import ConferenciaEmLote
from pen.nup.selectors.lotes import consultar_conferencia, resultado_da_conferencia
from pen.nup.services.lotes import TAMANHO_MAXIMO, alterar_coluna, criar_conferencia, excluir_conferencia

PEDIDO_MAXIMO = TAMANHO_MAXIMO + 64 * 1024  # a planilha e o resto do formulário
FORMATOS = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def _reservada(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """O endereço é a permissão: não fica em cache, não se indexa e não vai para outros sítios.

    Dispensa a marca contra pedidos forjados, que exigiria um cookie: sem sessão, um pedido forjado não pode mais do que
    quem o forja.
    """

    @csrf_exempt
    @wraps(view)
    def reservada(request: HttpRequest, *partes: Any, **nomeadas: Any) -> HttpResponse:
        resposta = view(request, *partes, **nomeadas)
        add_never_cache_headers(resposta)
        resposta["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        resposta["Referrer-Policy"] = "no-referrer"
        return resposta

    return reservada


@_reservada
@require_http_methods(["GET", "HEAD", "POST"])
def enviar(request: HttpRequest) -> HttpResponse:
    """A página que recebe a planilha; o POST a guarda e leva à conferência dela."""
    if request.method != "POST":
        return _pagina_de_envio(request, EnvioForm())
    if int(request.META.get("CONTENT_LENGTH") or 0) > PEDIDO_MAXIMO:
        with suppress(CorpoGrandeDemais):  # lido e jogado fora, para que o navegador chegue a ver a resposta
            ler_corpo(request, 0)
        return _pagina_de_envio(request, EnvioGrandeDemaisForm(), situacao=413)
    form = EnvioForm(request.POST, request.FILES)
    if not form.is_valid():
        return _pagina_de_envio(request, form, situacao=422)
    planilha = form.cleaned_data["planilha"]
    try:
        conferencia = criar_conferencia(
            nome=planilha.name, conteudo=planilha.read(), coluna=form.cleaned_data["coluna"],
            origem=origem_do_pedido(request),
        )  # fmt: skip
    except ErroDeDominio as erro:
        form.add_error("coluna" if isinstance(erro, ColunaNaoEncontrada) else "planilha", erro.mensagem)
        resposta = _pagina_de_envio(request, form, situacao=erro.situacao_http)
        if isinstance(erro, LimiteExcedido):
            resposta["Retry-After"] = str(erro.detalhes["espere_segundos"])
        return resposta
    return _ir(conferencia.pk)


@_reservada
@require_safe
def acompanhar(request: HttpRequest, conferencia_id: uuid.UUID) -> HttpResponse:
    """Em que pé está a conferência; pronta, o resumo e a planilha."""
    return _pagina_da_conferencia(request, consultar_conferencia(conferencia_id))


@_reservada
@require_safe
def andamento(request: HttpRequest, conferencia_id: uuid.UUID) -> HttpResponse:
    """O mesmo, em JSON, para o script que move a barra."""
    return JsonResponse(presenters.andamento(consultar_conferencia(conferencia_id)))


@_reservada
@require_safe
def baixar(request: HttpRequest, conferencia_id: uuid.UUID) -> HttpResponse:
    """A planilha conferida."""
    conferencia, conteudo = resultado_da_conferencia(conferencia_id)
    resposta = HttpResponse(conteudo, content_type=FORMATOS[conferencia.formato])
    nome = quote(presenters.nome_do_resultado(conferencia))
    resposta["Content-Disposition"] = (
        f"attachment; filename=\"planilha-conferida.{conferencia.formato}\"; filename*=UTF-8''{nome}"
    )
    return resposta


@_reservada
@require_POST
def alterar(request: HttpRequest, conferencia_id: uuid.UUID) -> HttpResponse:
    """Confere outra coluna, do começo."""
    conferencia = consultar_conferencia(conferencia_id)
    form = ColunaForm(conferencia.colunas, request.POST)
    if form.is_valid():
        try:
            alterar_coluna(conferencia_id, form.cleaned_data["coluna"], origem=origem_do_pedido(request))
        except LimiteExcedido as erro:
            form.add_error("coluna", erro.mensagem)
        else:
            return _ir(conferencia_id)
    return _pagina_da_conferencia(request, conferencia, form=form, situacao=422)


@_reservada
@require_POST
def excluir(request: HttpRequest, conferencia_id: uuid.UUID) -> HttpResponse:
    """Exclui a planilha e o resultado, já."""
    excluir_conferencia(conferencia_id)
    return HttpResponseRedirect(f"{reverse('nup:lote')}?excluida=sim")


def _ir(conferencia_id: uuid.UUID) -> HttpResponse:
    return HttpResponseRedirect(reverse("nup:conferencia", args=[conferencia_id]))


def _pagina_de_envio(request: HttpRequest, form: EnvioForm, *, situacao: int = 200) -> HttpResponse:
    contexto = {"form": form, "excluida": request.method != "POST" and request.GET.get("excluida") == "sim"}
    return render(request, "nup/lote.jinja", contexto, status=situacao)


def _pagina_da_conferencia(
    request: HttpRequest, conferencia: ConferenciaEmLote, *, form: ColunaForm | None = None, situacao: int = 200
) -> HttpResponse:
    contexto: dict[str, Any] = {
        "conferencia": conferencia,
        "andamento": presenters.andamento(conferencia),
        "pronta": conferencia.situacao == SituacaoDaConferencia.PRONTA,
        "resumo": presenters.resumo(conferencia),
        "sobre": presenters.sobre_a_planilha(conferencia),
        "form": form or ColunaForm(conferencia.colunas, initial={"coluna": conferencia.coluna}),
    }
    return render(request, "nup/conferencia.jinja", contexto, status=situacao)
