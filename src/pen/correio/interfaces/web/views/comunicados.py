"""As comunicações oficiais: escrever, ler como vai sair, e enviar; só para quem cuida das caixas."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pen.comum.errors import PedidoIncompleto
from pen.comum.http import exige_entrada
from pen.correio.errors import ComunicadoJaEnviado, EnvioProprio
from pen.correio.interfaces.web.forms import ComunicadoForm
from pen.correio.rules import exigir_quem_cuida
from pen.correio.selectors.caixas import caixas_com_casos
from pen.correio.selectors.comunicados import consultar_comunicado, listar_comunicados
from pen.correio.services import comunicados
from pen.designsys.forms import erro_no_campo
from pen.identidade.public import Esfera, quem_pede


@require_safe
@exige_entrada
def listar(request: HttpRequest) -> HttpResponse:
    """Os comunicados, os por enviar e os enviados."""
    return render(request, "correio/comunicados.jinja", {"comunicados": listar_comunicados(para=request.user)})


@require_http_methods(["GET", "POST"])
@exige_entrada
def escrever(request: HttpRequest, comunicado_id: UUID | None = None) -> HttpResponse:
    """Escreve um comunicado, ou muda um que não saiu."""
    exigir_quem_cuida(request.user)
    inicial: dict[str, Any] = {"caixa": "processo-eletronico"}
    if comunicado_id is not None:
        achado = consultar_comunicado(comunicado_id, para=request.user).comunicado
        inicial = {n: getattr(achado, n) for n in ("assunto", "texto", "esferas")} | {"caixa": achado.caixa.codigo}
    dados = request.POST if request.method == "POST" else None
    form = ComunicadoForm(dados, caixas=caixas_com_casos(), initial=inicial)
    if form.is_valid():
        with erro_no_campo(form):
            escrito = comunicados.escrever_comunicado(
                por=quem_pede(request), comunicado_id=comunicado_id, **form.cleaned_data
            )
            return HttpResponseRedirect(reverse("correio:comunicado", args=[escrito.pk]))
    contexto = {"form": form, "novo": comunicado_id is None}
    return render(request, "correio/escrever_comunicado.jinja", contexto, status=422 if form.errors else 200)


@require_safe
@exige_entrada
def ver(request: HttpRequest, comunicado_id: UUID) -> HttpResponse:
    """O comunicado como sai, a quantos vai ou foi, e o que houve."""
    return _pagina(request, comunicado_id)


@require_POST
@exige_entrada
def enviar(request: HttpRequest, comunicado_id: UUID) -> HttpResponse:
    """Envia a todos; quem escreveu não envia, e o que mudou depois de lido também não."""
    lido = consultar_comunicado(comunicado_id, para=request.user)
    try:
        visto = parse_datetime(request.POST.get("visto", ""))
    except ValueError:
        visto = None
    try:
        comunicados.enviar_comunicado(
            por=quem_pede(request), comunicado_id=lido.comunicado.pk, visto=visto or lido.comunicado.alterado_em.min
        )
    except (ComunicadoJaEnviado, EnvioProprio, PedidoIncompleto) as erro:
        return _pagina(request, comunicado_id, erro=erro.mensagem)
    return HttpResponseRedirect(reverse("correio:comunicado", args=[comunicado_id]))


@require_POST
@exige_entrada
def excluir(request: HttpRequest, comunicado_id: UUID) -> HttpResponse:
    """Exclui um que não saiu."""
    comunicados.excluir_comunicado(por=quem_pede(request), comunicado_id=comunicado_id)
    return HttpResponseRedirect(reverse("correio:comunicados"))


def _pagina(request: HttpRequest, comunicado_id: UUID, *, erro: str = "") -> HttpResponse:
    lido = consultar_comunicado(comunicado_id, para=request.user)
    comunicado = lido.comunicado
    contexto = {
        "lido": lido, "comunicado": comunicado, "erro": erro, "visto": comunicado.alterado_em.isoformat(),
        "a_quem": ", ".join(Esfera(e).label.lower() for e in comunicado.esferas),
        "proprio": comunicado.autor_id == quem_pede(request).pk,
    }  # fmt: skip
    return render(request, "correio/comunicado.jinja", contexto, status=422 if erro else 200)
