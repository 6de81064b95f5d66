"""O Monitor: a integração de um órgão, para quem atua nele. Tudo é GET; para os outros, nada existe."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pen.comum.http import exige_entrada
from pen.designsys.filtros import data, milhar
from pen.identidade.public import gere_o_orgao
from pen.protocolo_integrado.interfaces.web.forms.monitor import RemessasForm
from pen.protocolo_integrado.interfaces.web.presenters.como_corrigir import COMO_CORRIGIR
from pen.protocolo_integrado.selectors.monitor import (
    ACHADOS_MAXIMO,
    buscar_integracoes,
    integracoes_da_pessoa,
    orgao_visivel,
    remessa_visivel,
    remessas_visiveis,
    resumo_do_orgao,
    ve_todos_os_orgaos,
)

TIPO_DA_SITUACAO = {"em_dia": "success", "atrasada": "warning", "parada": "danger", "nunca_enviou": "neutro"}


@require_safe
@exige_entrada
def orgaos(request: HttpRequest) -> HttpResponse:
    """Os órgãos em que a pessoa atua; a equipe central e a auditoria também procuram os outros."""
    texto = request.GET.get("q", "")[:200]
    contexto = {
        "integracoes": integracoes_da_pessoa(para=request.user), "ve_todos": ve_todos_os_orgaos(request.user),
        "texto": texto.strip(), "achados": buscar_integracoes(texto, para=request.user), "maximo": ACHADOS_MAXIMO,
        "tipos": TIPO_DA_SITUACAO,
    }  # fmt: skip
    return render(request, "protocolo_integrado/monitor_orgaos.jinja", contexto)


@require_safe
@exige_entrada
def orgao(request: HttpRequest, orgao_id: int) -> HttpResponse:
    """A situação, os últimos 30 dias e os alertas."""
    resumo = resumo_do_orgao(orgao_id, para=request.user)
    contexto = {
        "resumo": resumo, "orgao": resumo.orgao, "tipos": TIPO_DA_SITUACAO, "gere": gere_o_orgao(request.user, orgao_id),
        "pontos": [(data(dia), documentos) for dia, documentos, _ in resumo.tendencia],
        "linhas": [[data(d), milhar(documentos), milhar(recusados)] for d, documentos, recusados in resumo.tendencia],
    }  # fmt: skip
    return render(request, "protocolo_integrado/monitor_orgao.jinja", contexto)


@require_safe
@exige_entrada
def remessas(request: HttpRequest, orgao_id: int) -> HttpResponse:
    """As remessas, da mais nova à mais antiga, 50 por página."""
    form = RemessasForm(request.GET)
    contexto: dict[str, Any] = {"form": form, "remessas": None, "proxima": None, "primeira": None}
    if form.is_valid():
        apos = request.GET.get("apos", "")
        dono, lista, proxima = remessas_visiveis(orgao_id, form.filtros(), para=request.user, depois_de=apos)
        contexto |= {
            "remessas": lista,
            "proxima": _endereco(request, proxima) if proxima else None,
            "primeira": _endereco(request, "") if apos else None,
        }
    else:
        dono = orgao_visivel(orgao_id, para=request.user)
    return render(request, "protocolo_integrado/monitor_remessas.jinja", contexto | {"orgao": dono})


@require_safe
@exige_entrada
def remessa(request: HttpRequest, orgao_id: int, remessa_id: UUID) -> HttpResponse:
    """Uma remessa: o que entrou, o que foi recusado, por quê e como corrigir."""
    dono, recibo, recusas = remessa_visivel(orgao_id, remessa_id, para=request.user)
    contexto = {"orgao": dono, "remessa": recibo, "recusas": recusas, "como_corrigir": COMO_CORRIGIR}
    return render(request, "protocolo_integrado/monitor_remessa.jinja", contexto)


def _endereco(request: HttpRequest, apos: str) -> str:
    """O mesmo endereço, com os mesmos filtros, na página que começa em ``apos``."""
    consulta = request.GET.copy()
    consulta.pop("apos", None)
    if apos:
        consulta["apos"] = apos
    return f"?{consulta.urlencode()}" if consulta else request.path
