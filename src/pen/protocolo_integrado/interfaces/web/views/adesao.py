"""A adesão: o órgão pede, a equipe central analisa, o sistema confere. A senha só aparece na resposta de quem a pediu."""

import uuid
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pen.comum.http import endereco_com, exige_entrada
from pen.designsys.forms import erro_no_campo
from pen.designsys.paginas import pedir_confirmacao
from pen.identidade.public import Ambiente, Pessoa, atua_no_orgao, e_da_equipe_central, exigir_entrada_forte, quem_pede
from pen.protocolo_integrado.enums import SituacaoDaAdesao
from pen.protocolo_integrado.errors import ConferenciaIncompleta
from pen.protocolo_integrado.interfaces.web.forms.adesao import FiltroDeAdesoesForm, PedirAdesaoForm, TextoForm
from pen.protocolo_integrado.interfaces.web.presenters import adesao as presenters
from pen.protocolo_integrado.interfaces.web.views.credenciais import mostrar_senha
from pen.protocolo_integrado.models import Adesao
from pen.protocolo_integrado.rules import passos_possiveis
from pen.protocolo_integrado.selectors.adesoes import adesoes_da_central, adesoes_da_pessoa, consultar_adesao
from pen.protocolo_integrado.selectors.conferencia_da_adesao import conferir_homologacao
from pen.protocolo_integrado.services.adesao import (
    aprovar_pedido,
    aprovar_producao,
    cancelar_adesao,
    devolver_a_homologacao,
    emitir_credencial_de_homologacao,
    emitir_credencial_de_producao,
    pedir_adesao,
    pedir_conferencia,
    recusar_pedido,
)


def _endereco(adesao_id: uuid.UUID) -> str:
    return reverse("protocolo_integrado:adesao", args=[adesao_id])


def _ir(adesao_id: uuid.UUID) -> HttpResponse:
    return redirect(_endereco(adesao_id))


@require_safe
def inicio(request: HttpRequest) -> HttpResponse:
    """O que é aderir, o que se precisa, e os pedidos de quem entrou."""
    suas = adesoes_da_pessoa(para=request.user) if isinstance(request.user, Pessoa) else []
    contexto = {
        "adesoes": [presenters.linha_da_adesao(a) for a in suas],
        "central": e_da_equipe_central(request.user),
    }
    resposta = render(request, "protocolo_integrado/adesao/inicio.jinja", contexto)
    patch_cache_control(resposta, private=True, max_age=0)
    return resposta


@require_http_methods(["GET", "POST"])
@exige_entrada
def pedir(request: HttpRequest) -> HttpResponse:
    """O formulário do pedido; quem entrou por um meio que não basta lê o que fazer."""
    pessoa = quem_pede(request)
    if request.method == "POST":
        exigir_entrada_forte(pessoa)
    form = PedirAdesaoForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with erro_no_campo(form):
            adesao = pedir_adesao(
                por=pessoa, orgao_id=form.cleaned_data["orgao"].pk, dados=form.responsavel(),
                sistema=form.cleaned_data["sistema"], sistema_nome=form.cleaned_data["sistema_nome"],
            )  # fmt: skip
            return _ir(adesao.pk)
    contexto = {"form": form, "forte": pessoa.entrada_forte}
    return render(request, "protocolo_integrado/adesao/pedir.jinja", contexto, status=422 if form.errors else 200)


@require_safe
@exige_entrada
def ver(request: HttpRequest, adesao_id: uuid.UUID) -> HttpResponse:
    """Os passos, a conferência e o que se pode fazer agora."""
    return _pagina(request, consultar_adesao(adesao_id, para=request.user))


@require_POST
@exige_entrada
def aprovar(request: HttpRequest, adesao_id: uuid.UUID) -> HttpResponse:
    """A equipe central abre a homologação."""
    aprovar_pedido(por=quem_pede(request), adesao_id=adesao_id)
    return _ir(adesao_id)


@require_POST
@exige_entrada
def recusar(request: HttpRequest, adesao_id: uuid.UUID) -> HttpResponse:
    """A equipe central recusa, com motivo."""
    por = quem_pede(request)
    return _decidir(request, adesao_id, "recusar", lambda t: recusar_pedido(por=por, adesao_id=adesao_id, motivo=t))


@require_POST
@exige_entrada
def devolver(request: HttpRequest, adesao_id: uuid.UUID) -> HttpResponse:
    """A equipe central devolve à homologação, dizendo o que corrigir."""
    por = quem_pede(request)
    return _decidir(
        request, adesao_id, "devolver", lambda t: devolver_a_homologacao(por=por, adesao_id=adesao_id, pendencia=t)
    )


@require_POST
@exige_entrada
def aprovar_a_producao(request: HttpRequest, adesao_id: uuid.UUID) -> HttpResponse:
    """A equipe central aprova a produção; com item em falta, diz por que o dispensa."""
    por = quem_pede(request)
    return _decidir(request, adesao_id, "dispensar", lambda t: aprovar_producao(por=por, adesao_id=adesao_id, dispensa=t))


@require_POST
@exige_entrada
def emitir_homologacao(request: HttpRequest, adesao_id: uuid.UUID) -> HttpResponse:
    """Cria a credencial de homologação e mostra a senha."""
    segredo = emitir_credencial_de_homologacao(por=quem_pede(request), adesao_id=adesao_id)
    return _senha_da_adesao(request, adesao_id, Ambiente.HOMOLOGACAO, segredo)


@require_POST
@exige_entrada
def emitir_producao(request: HttpRequest, adesao_id: uuid.UUID) -> HttpResponse:
    """Cria a credencial de produção e mostra a senha."""
    segredo = emitir_credencial_de_producao(por=quem_pede(request), adesao_id=adesao_id)
    return _senha_da_adesao(request, adesao_id, Ambiente.PRODUCAO, segredo)


@require_POST
@exige_entrada
def pedir_a_conferencia(request: HttpRequest, adesao_id: uuid.UUID) -> HttpResponse:
    """O órgão diz que terminou os testes."""
    pedir_conferencia(por=quem_pede(request), adesao_id=adesao_id)
    return _ir(adesao_id)


@require_http_methods(["GET", "POST"])
@exige_entrada
def cancelar(request: HttpRequest, adesao_id: uuid.UUID) -> HttpResponse:
    """O GET pergunta; o POST cancela."""
    if request.method == "POST":
        cancelar_adesao(por=quem_pede(request), adesao_id=adesao_id)
        return _ir(adesao_id)
    adesao = consultar_adesao(adesao_id, para=request.user)
    return pedir_confirmacao(
        request, titulo="Cancelar o pedido", botao="Cancelar o pedido", voltar=_endereco(adesao_id),
        texto=f"Você quer cancelar o pedido de adesão de {adesao.orgao.sigla}? A credencial de homologação deste pedido deixa "
        "de entrar, e a gestão do órgão que ele deu se encerra. Depois, é possível pedir de novo.",
    )  # fmt: skip


@require_safe
@exige_entrada
def da_central(request: HttpRequest) -> HttpResponse:
    """As adesões da instalação, para a equipe central."""
    form = FiltroDeAdesoesForm(request.GET)
    situacao: SituacaoDaAdesao | None = form.cleaned_data["situacao"] if form.is_valid() else None
    adesoes, proxima = adesoes_da_central(para=request.user, situacao=situacao, depois_de=request.GET.get("apos", ""))
    contexto = {
        "form": form, "adesoes": [presenters.linha_da_adesao(a) for a in adesoes],
        "proxima": endereco_com(request, apos=proxima) if proxima else None,
        "primeira": reverse("protocolo_integrado:adesoes_da_central") if request.GET.get("apos") else None,
    }  # fmt: skip
    return render(request, "protocolo_integrado/adesao/central.jinja", contexto)


def _forms(dados: Any = None, enviado: str = "") -> dict[str, TextoForm]:
    """Os formulários da página; só o ``enviado`` recebe os dados do POST."""

    def form(nome: str, **opcoes: Any) -> TextoForm:
        return TextoForm(dados if nome == enviado else None, prefix=nome, **opcoes)

    return {
        "recusar": form("recusar", rotulo="Por que o pedido é recusado"),
        "devolver": form("devolver", rotulo="O que o órgão deve corrigir"),
        "dispensar": form(
            "dispensar", rotulo="Por que aprovar assim mesmo", obrigatorio=False, ajuda="Preciso só se há item em falta."
        ),
    }


def _decidir(request: HttpRequest, adesao_id: uuid.UUID, nome: str, decidir: Callable[[str], object]) -> HttpResponse:
    """Decide com o texto do formulário de prefixo ``nome``; faltando texto, a página diz."""
    forms = _forms(request.POST, nome)
    form = forms[nome]
    if form.is_valid():
        try:
            decidir(form.cleaned_data["texto"])
        except ConferenciaIncompleta as erro:
            form.add_error("texto", erro.mensagem)
        else:
            return _ir(adesao_id)
    return _pagina(request, consultar_adesao(adesao_id, para=request.user), forms)


def _pagina(request: HttpRequest, adesao: Adesao, forms: dict[str, TextoForm] | None = None) -> HttpResponse:
    conferencia = conferir_homologacao(adesao.orgao_id) if adesao.em_testes else None
    com_erro = next((f for f in (forms or {}).values() if f.errors), None)
    passos = passos_possiveis(adesao, para=request.user)
    contexto = {
        "adesao": adesao, "orgao": adesao.orgao, "linha": presenters.linha_da_adesao(adesao),
        "passos": presenters.passos_da_adesao(adesao), "pode": {p.value for p in passos},
        "conferencia": presenters.itens_da_conferencia(conferencia) if conferencia else [],
        "satisfeita": conferencia is not None and conferencia.satisfeita,
        "forms": forms or _forms(), "com_erro": com_erro, "forte": quem_pede(request).entrada_forte,
        "ve_credenciais": atua_no_orgao(request.user, adesao.orgao_id),
    }  # fmt: skip
    return render(request, "protocolo_integrado/adesao/pedido.jinja", contexto, status=422 if com_erro else 200)


def _senha_da_adesao(request: HttpRequest, adesao_id: uuid.UUID, ambiente: Ambiente, segredo: str) -> HttpResponse:
    orgao = consultar_adesao(adesao_id, para=request.user).orgao
    return mostrar_senha(request, orgao, ambiente, segredo, voltar=_endereco(adesao_id))
