"""O lado do órgão: o que ele publica, quem atua nele, e o que ele diz ao público. Para quem não atua no órgão, nada existe."""

import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pen.comum.errors import NaoEncontrado, conferir
from pen.comum.http import exige_entrada
from pen.designsys.forms import erro_no_campo
from pen.identidade.public import (
    Orgao,
    convidar_pelo_cpf,
    declarar_publicacao,
    encerrar_papel,
    gere_o_orgao,
    papeis_do_orgao,
    quem_pede,
)
from pen.nup.public import ler_numero
from pen.protocolo_integrado.interfaces.web.forms.cuidado import (
    MotivoForm,
    NumeroDoOrgaoForm,
    PapelForm,
    PublicacaoForm,
    RegraForm,
    VisibilidadeForm,
)
from pen.protocolo_integrado.models import Registro
from pen.protocolo_integrado.selectors.do_orgao import (
    historico_do_registro,
    interessados_do_registro,
    registro_do_orgao,
    registros_com_decisao,
)
from pen.protocolo_integrado.selectors.retencoes import retencoes_do_orgao
from pen.protocolo_integrado.selectors.visiveis import orgao_gerido, orgao_visivel
from pen.protocolo_integrado.services import cuidado


def _ir(nome: str, *partes: Any) -> HttpResponse:
    return redirect(f"protocolo_integrado:{nome}", *partes)


@require_GET
@exige_entrada
def processos(request: HttpRequest, orgao_id: int) -> HttpResponse:
    """Procura um processo do órgão pelo número, e mostra as decisões e regras em vigor."""
    orgao = orgao_visivel(orgao_id, para=request.user)
    form = NumeroDoOrgaoForm(request.GET if "numero" in request.GET else None)
    if form.is_valid():
        with erro_no_campo(form, "numero"):
            registro = registro_do_orgao(form.cleaned_data["numero"], orgao_id, para=request.user)
            return _ir("processo_do_orgao", orgao_id, registro.numero)
    decididos = registros_com_decisao(orgao_id, para=request.user)
    contexto = {
        "orgao": orgao, "form": form, "gere": gere_o_orgao(request.user, orgao_id),
        "decididos": [{"numero": ler_numero(r.numero).formatado, "chave": r.numero, "situacao": r.get_visibilidade_display(),
                       "quando": r.atualizado_em} for r in decididos],
        "regras": [r for r in retencoes_do_orgao(orgao_id, para=request.user) if r.trecho],
    }  # fmt: skip
    return render(request, "protocolo_integrado/cuidado/processos.jinja", contexto)


@require_http_methods(["GET", "POST"])
@exige_entrada
def processo_do_orgao(request: HttpRequest, orgao_id: int, numero: str) -> HttpResponse:
    """O processo como o órgão o enviou; o POST decide o que o público vê."""
    orgao = orgao_visivel(orgao_id, para=request.user)
    registro = registro_do_orgao(numero, orgao_id, para=request.user)
    form = VisibilidadeForm(
        request.POST if request.method == "POST" else None, initial={"visibilidade": registro.visibilidade}
    )
    if form.is_valid():
        cuidado.decidir_visibilidade(por=quem_pede(request), numero=registro.numero, orgao_id=orgao_id, **form.cleaned_data)
        return _ir("processo_do_orgao", orgao_id, registro.numero)
    return _pagina_do_processo(request, orgao, registro, form=form)


@require_POST
@exige_entrada
def mascarar(request: HttpRequest, orgao_id: int, numero: str, ordem: int) -> HttpResponse:
    """Troca um nome pelas iniciais."""
    return _com_motivo(request, orgao_id, numero, partial(cuidado.mascarar_nome, ordem=ordem))


@require_POST
@exige_entrada
def reter(request: HttpRequest, orgao_id: int, numero: str, chave: uuid.UUID) -> HttpResponse:
    """Deixa de mostrar o texto de um movimento."""
    return _com_motivo(request, orgao_id, numero, partial(cuidado.reter_movimento, chave=chave))


@require_POST
@exige_entrada
def liberar(request: HttpRequest, orgao_id: int, retencao_id: uuid.UUID) -> HttpResponse:
    """Encerra uma retenção."""
    orgao_visivel(orgao_id, para=request.user)
    cuidado.encerrar_retencao(por=quem_pede(request), retencao_id=retencao_id)
    return _ir("processos_do_orgao", orgao_id)


@require_http_methods(["GET", "POST"])
@exige_entrada
def regra(request: HttpRequest, orgao_id: int) -> HttpResponse:
    """Cria uma regra que retém textos."""
    orgao = orgao_gerido(orgao_id, para=request.user)
    form = RegraForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with erro_no_campo(form, "trecho"):
            cuidado.criar_regra_de_retencao(por=quem_pede(request), orgao_id=orgao_id, **form.cleaned_data)
            return _ir("processos_do_orgao", orgao_id)
    return render(request, "protocolo_integrado/cuidado/regra.jinja", {"orgao": orgao, "form": form})


@require_http_methods(["GET", "POST"])
@exige_entrada
def publicacao(request: HttpRequest, orgao_id: int) -> HttpResponse:
    """O que o órgão diz ao público do que envia, e o endereço da consulta própria."""
    orgao = orgao_gerido(orgao_id, para=request.user)
    atual = {"cobertura": orgao.cobertura, "consulta_publica": orgao.consulta_publica}
    form = PublicacaoForm(request.POST if request.method == "POST" else None, initial=atual)
    if form.is_valid():
        with erro_no_campo(form, "consulta_publica"):
            declarar_publicacao(por=quem_pede(request), orgao_id=orgao_id, **form.cleaned_data)
            return _ir("publicacao_do_orgao", orgao_id)
    return render(request, "protocolo_integrado/cuidado/publicacao.jinja", {"orgao": orgao, "form": form})


@require_http_methods(["GET", "POST"])
@exige_entrada
def pessoas(request: HttpRequest, orgao_id: int) -> HttpResponse:
    """Quem atua no órgão; o POST dá um papel pelo CPF."""
    orgao = orgao_gerido(orgao_id, para=request.user)
    form = PapelForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with erro_no_campo(form, "cpf"):
            cpf, papel = form.cleaned_data["cpf"], form.cleaned_data["papel"]
            convidar_pelo_cpf(por=quem_pede(request), cpf=cpf, papel=papel, orgao=orgao)
            return _ir("pessoas_do_orgao", orgao_id)
    contexto = {"orgao": orgao, "form": form, "papeis": list(papeis_do_orgao(orgao_id, para=request.user))}
    return render(request, "protocolo_integrado/cuidado/pessoas.jinja", contexto)


@require_POST
@exige_entrada
def tirar_papel(request: HttpRequest, orgao_id: int, atribuicao_id: int) -> HttpResponse:
    """Encerra o papel de alguém no órgão."""
    orgao_gerido(orgao_id, para=request.user)
    daqui = {a.pk for a in papeis_do_orgao(orgao_id, para=request.user)}
    conferir(atribuicao_id in daqui, NaoEncontrado("Nenhum papel em vigor com esse número."))
    encerrar_papel(por=quem_pede(request), atribuicao_id=atribuicao_id)
    return _ir("pessoas_do_orgao", orgao_id)


def _com_motivo(request: HttpRequest, orgao_id: int, numero: str, ato: Callable[..., object]) -> HttpResponse:
    """Pratica o ato com o motivo do formulário, e volta ao processo; sem motivo, a página diz."""
    orgao = orgao_visivel(orgao_id, para=request.user)
    form = MotivoForm(request.POST)
    if not form.is_valid():
        registro = registro_do_orgao(numero, orgao_id, para=request.user)
        return _pagina_do_processo(request, orgao, registro, erro=str(form.errors["motivo"][0]))
    ato(por=quem_pede(request), numero=numero, orgao_id=orgao_id, motivo=form.cleaned_data["motivo"])
    return _ir("processo_do_orgao", orgao_id, numero)


def _pagina_do_processo(
    request: HttpRequest, orgao: Orgao, registro: Registro, *, form: VisibilidadeForm | None = None, erro: str = ""
) -> HttpResponse:
    retidos = {r.chave: r.pk for r in retencoes_do_orgao(orgao.pk, para=request.user) if r.numero == registro.numero}
    contexto = {
        "orgao": orgao, "registro": registro, "numero": ler_numero(registro.numero).formatado,
        "form": form or VisibilidadeForm(initial={"visibilidade": registro.visibilidade}), "erro": erro,
        "gere": gere_o_orgao(request.user, orgao.pk), "interessados": interessados_do_registro(registro),
        "andamentos": [(a, retidos.get(a.chave)) for a in historico_do_registro(registro)],
    }  # fmt: skip
    situacao = 422 if erro or (form is not None and form.is_bound) else 200
    return render(request, "protocolo_integrado/cuidado/processo.jinja", contexto, status=situacao)
