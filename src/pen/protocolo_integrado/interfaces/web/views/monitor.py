"""O Monitor: a integração de um órgão, para quem atua nele. Tudo é GET; para os outros, nada existe."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pen.comum.http import endereco_com, exige_entrada
from pen.identidade.public import gere_o_orgao
from pen.protocolo_integrado.interfaces.web.forms.monitor import RemessasForm
from pen.protocolo_integrado.interfaces.web.presenters import monitor as presenters
from pen.protocolo_integrado.interfaces.web.presenters.como_corrigir import COMO_CORRIGIR
from pen.protocolo_integrado.rules import ve_todos_os_orgaos
from pen.protocolo_integrado.selectors.monitor import (
    ACHADOS_MAXIMO,
    buscar_integracoes,
    integracoes_da_pessoa,
    remessa_visivel,
    remessas_visiveis,
    resumo_do_orgao,
)
from pen.protocolo_integrado.selectors.visiveis import orgao_visivel


@require_safe
@exige_entrada
def orgaos(request: HttpRequest) -> HttpResponse:
    """Os órgãos em que a pessoa atua; a equipe central e a auditoria também procuram os outros."""
    texto = request.GET.get("q", "")[:200]
    contexto = {
        "integracoes": integracoes_da_pessoa(para=request.user), "ve_todos": ve_todos_os_orgaos(request.user),
        "texto": texto.strip(), "achados": buscar_integracoes(texto, para=request.user), "maximo": ACHADOS_MAXIMO,
        "tipos": presenters.TIPO_DA_SITUACAO,
    }  # fmt: skip
    return render(request, "protocolo_integrado/monitor/orgaos.jinja", contexto)


@require_safe
@exige_entrada
def orgao(request: HttpRequest, orgao_id: int) -> HttpResponse:
    """A situação, os últimos 30 dias e os alertas."""
    contexto = presenters.pagina_do_orgao(resumo_do_orgao(orgao_id, para=request.user))
    contexto["gere"] = gere_o_orgao(request.user, orgao_id)
    return render(request, "protocolo_integrado/monitor/orgao.jinja", contexto)


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
            "proxima": endereco_com(request, apos=proxima) if proxima else None,
            "primeira": endereco_com(request, apos="") if apos else None,
        }
    else:
        dono = orgao_visivel(orgao_id, para=request.user)
    return render(request, "protocolo_integrado/monitor/remessas.jinja", contexto | {"orgao": dono})


@require_safe
@exige_entrada
def remessa(request: HttpRequest, orgao_id: int, remessa_id: UUID) -> HttpResponse:
    """Uma remessa: o que entrou, o que foi recusado, por quê e como corrigir."""
    dono, recibo, recusas = remessa_visivel(orgao_id, remessa_id, para=request.user)
    contexto = {"orgao": dono, "remessa": recibo, "recusas": recusas, "como_corrigir": COMO_CORRIGIR}
    return render(request, "protocolo_integrado/monitor/remessa.jinja", contexto)
