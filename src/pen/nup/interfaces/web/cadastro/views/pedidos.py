"""Os pedidos ao CNUP: pedir, acompanhar, decidir."""

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pen.comum.http import endereco_com, exige_entrada
from pen.designsys.forms import erro_no_campo
from pen.identidade.public import Pessoa, quem_pede
from pen.nup.enums.situacoes import Operacao, Passo
from pen.nup.interfaces.web.cadastro import presenters
from pen.nup.interfaces.web.cadastro.forms import (
    AdesaoForm,
    CadastroForm,
    DecisaoForm,
    FichaForm,
    FiltroDePedidosForm,
    MigracaoForm,
    MotivoForm,
    PassoForm,
    RespostaForm,
)
from pen.nup.models import Pedido
from pen.nup.rules import orgaos_geridos
from pen.nup.selectors.pedidos import (
    anexos_do_pedido,
    consultar_anexo,
    consultar_pedido,
    listar_pedidos,
    passos_do_pedido,
    passos_possiveis,
)
from pen.nup.selectors.unidades import consultar_unidade, participacao_para_pedir, participacoes_da_pessoa
from pen.nup.services import decisoes, pedidos

SOBRE_UNIDADE: dict[str, tuple[type[MotivoForm], Callable[..., Pedido]]] = {
    Operacao.ALTERACAO: (FichaForm, pedidos.pedir_alteracao),
    Operacao.INATIVACAO: (MotivoForm, pedidos.pedir_inativacao),
    Operacao.REATIVACAO: (MotivoForm, pedidos.pedir_reativacao),
    Operacao.MIGRACAO: (MigracaoForm, pedidos.pedir_migracao),
}
FORMS_DOS_PASSOS: dict[Passo, type[PassoForm]] = {
    Passo.DEVOLVER: PassoForm,
    Passo.RESPONDER: RespostaForm,
    Passo.DEFERIR: DecisaoForm,
    Passo.INDEFERIR: PassoForm,
}


@require_safe
def inicio(request: HttpRequest) -> HttpResponse:
    """O que é o cadastro, os órgãos que a pessoa gere e o que ela pode pedir."""
    entrou = isinstance(request.user, Pessoa)
    participacoes = participacoes_da_pessoa(para=request.user)
    abertos = listar_pedidos(para=request.user, abertos=True)[0] if entrou else []
    contexto = {
        "participacoes": participacoes, "pedidos": [presenters.linha_do_pedido(p, para=request.user) for p in abertos],
        "entrou": entrou, "geridos": orgaos_geridos(request.user),
    }  # fmt: skip
    resposta = render(request, "nup/cadastro/inicio.jinja", contexto)
    resposta["Cache-Control"] = "private, no-store" if entrou else "private, max-age=0"
    return resposta


@require_safe
@exige_entrada
def listar(request: HttpRequest) -> HttpResponse:
    """Os pedidos que a pessoa vê."""
    form = FiltroDePedidosForm(request.GET)
    situacao = form.cleaned_data["situacao"] if form.is_valid() else None
    depois_de = presenters.ler_uuid(request.GET.get("apos", ""))
    achados, ultimo = listar_pedidos(para=request.user, situacao=situacao, abertos=situacao is None, depois_de=depois_de)
    contexto = {
        "form": form, "pedidos": [presenters.linha_do_pedido(p, para=request.user) for p in achados],
        "proxima": endereco_com(request, apos=str(ultimo)) if ultimo else None,
        "primeira": endereco_com(request, apos="") if depois_de else None,
    }  # fmt: skip
    return render(request, "nup/cadastro/pedidos.jinja", contexto)


@require_http_methods(["GET", "POST"])
@exige_entrada
def aderir(request: HttpRequest) -> HttpResponse:
    """A adesão de um órgão ao CNUP."""

    def pedir(form: AdesaoForm) -> Pedido:
        dados = form.cleaned_data
        return pedidos.pedir_adesao(
            por=quem_pede(request), orgao_id=dados["orgao"].pk, designacao=form.designacao(), motivo=dados["motivo"],
            orgao_gestor_id=dados["orgao_gestor"] and dados["orgao_gestor"].pk, anexos=dados["anexos"],
        )  # fmt: skip

    return _formulario(
        request, AdesaoForm, pedir, titulo="Aderir ao cadastro de unidades", texto=presenters.TEXTO_DA_ADESAO
    )


@require_http_methods(["GET", "POST"])
@exige_entrada
def cadastrar(request: HttpRequest, orgao_id: int) -> HttpResponse:
    """Uma unidade nova de um órgão que a pessoa gere."""
    orgao = participacao_para_pedir(orgao_id, para=request.user).orgao

    def pedir(form: CadastroForm) -> Pedido:
        dados = form.cleaned_data
        return pedidos.pedir_cadastro(
            por=quem_pede(request), orgao_id=orgao_id, ficha=form.ficha(), codigo=dados["codigo"], motivo=dados["motivo"],
            anexos=dados["anexos"],
        )  # fmt: skip

    return _formulario(request, CadastroForm, pedir, titulo=f"Pedir uma unidade para {orgao.sigla}")


@require_http_methods(["GET", "POST"])
@exige_entrada
def descentralizar(request: HttpRequest, orgao_id: int) -> HttpResponse:
    """O órgão gestor pede que uma vinculada responda por si."""
    orgao = participacao_para_pedir(orgao_id, para=request.user).orgao

    def pedir(form: MotivoForm) -> Pedido:
        return pedidos.pedir_descentralizacao(por=quem_pede(request), orgao_id=orgao_id, **form.cleaned_data)

    return _formulario(
        request, MotivoForm, pedir, titulo=f"Descentralizar {orgao.sigla}", texto=presenters.TEXTO_DA_DESCENTRALIZACAO
    )


@require_http_methods(["GET", "POST"])
@exige_entrada
def pedir_sobre_unidade(request: HttpRequest, codigo: str, operacao: str) -> HttpResponse:
    """Alteração, inativação, reativação ou migração de uma unidade."""
    if operacao not in SOBRE_UNIDADE:
        raise Http404
    unidade = consultar_unidade(codigo)
    classe, servico = SOBRE_UNIDADE[operacao]

    def pedir(form: Any) -> Pedido:
        comuns = {"por": quem_pede(request), "codigo": codigo, "motivo": form.cleaned_data["motivo"]}
        proprios = {"ficha": form.ficha()} if isinstance(form, FichaForm) else {}
        if isinstance(form, MigracaoForm):
            proprios = {"destino_id": form.cleaned_data["destino"].pk}
        return servico(**comuns, **proprios, anexos=form.cleaned_data["anexos"])

    inicial = {
        campo: getattr(unidade, campo, "") for campo in classe.base_fields if campo not in {"motivo", "anexos", "destino"}
    }
    rotulo = Operacao(operacao).label
    return _formulario(request, classe, pedir, titulo=f"Pedir {rotulo}: {unidade.codigo} – {unidade.nome}", inicial=inicial)


@require_safe
@exige_entrada
def ver(request: HttpRequest, pedido_id: uuid.UUID) -> HttpResponse:
    """O pedido, a história, os anexos e o que se pode fazer agora."""
    return _pagina(request, consultar_pedido(pedido_id, para=request.user))


@require_POST
@exige_entrada
def dar_passo(request: HttpRequest, pedido_id: uuid.UUID, passo: str) -> HttpResponse:
    """Dá o passo; o que falta volta na página do pedido, ao lado do campo."""
    if passo not in Passo.values or passo == Passo.EXPIRAR:
        raise Http404
    passo = Passo(passo)
    por = quem_pede(request)
    if passo in {Passo.CONFIRMAR, Passo.CANCELAR}:
        (decisoes.confirmar_migracao if passo == Passo.CONFIRMAR else decisoes.cancelar_pedido)(
            por=por, pedido_id=pedido_id
        )
        return _ir(pedido_id)
    form = FORMS_DOS_PASSOS[passo](request.POST, request.FILES, prefix=passo.value)
    if form.is_valid():
        texto = form.cleaned_data["motivo"]
        with erro_no_campo(form):
            match passo:
                case Passo.DEVOLVER:
                    decisoes.devolver_pedido(por=por, motivo=texto, pedido_id=pedido_id)
                case Passo.RESPONDER:
                    decisoes.responder_pedido(
                        por=por, resposta=texto, anexos=form.cleaned_data["anexos"], pedido_id=pedido_id
                    )
                case Passo.INDEFERIR:
                    decisoes.indeferir_pedido(por=por, motivo=texto, pedido_id=pedido_id)
                case _:
                    decisoes.deferir_pedido(por=por, pedido_id=pedido_id, decisao=decisoes.Decisao(**form.cleaned_data))
            return _ir(pedido_id)
    return _pagina(request, consultar_pedido(pedido_id, para=request.user), {passo: form})


@require_safe
@exige_entrada
def baixar_anexo(request: HttpRequest, anexo_id: uuid.UUID) -> HttpResponse:
    """O anexo, sempre para baixar: o navegador nunca o abre como página."""
    anexo = consultar_anexo(anexo_id, para=request.user)
    resposta = HttpResponse(bytes(anexo.conteudo), content_type=anexo.formato)
    resposta.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{presenters.nome_no_cabecalho(anexo.nome)}"
    return resposta


def _ir(pedido_id: uuid.UUID) -> HttpResponse:
    return HttpResponseRedirect(reverse("cnup:pedido", args=[pedido_id]))


def _formulario(
    request: HttpRequest,
    classe: type[Any],
    pedir: Callable[[Any], Pedido],
    *,
    titulo: str,
    texto: str = "",
    inicial: Any = None,
) -> HttpResponse:
    """A página de um pedido novo; aceito, vai para a página dele."""
    enviado = request.method == "POST"
    form: forms.Form = classe(request.POST, request.FILES) if enviado else classe(initial=inicial)
    if enviado and form.is_valid():
        with erro_no_campo(form):
            return _ir(pedir(form).pk)
    contexto = {"form": form, "titulo": titulo, "texto": texto, "forte": quem_pede(request).entrada_forte}
    return render(request, "nup/cadastro/pedir.jinja", contexto, status=422 if form.errors else 200)


def _pagina(request: HttpRequest, pedido: Pedido, enviados: dict[Passo, PassoForm] | None = None) -> HttpResponse:
    passos = passos_possiveis(pedido, para=request.user)
    formularios = {
        p: (enviados or {}).get(p) or classe(prefix=p.value) for p, classe in FORMS_DOS_PASSOS.items() if p in passos
    }
    com_falta = next((f for f in (enviados or {}).values() if f.errors), None)
    contexto = {
        "pedido": pedido, "linha": presenters.linha_do_pedido(pedido, para=request.user),
        "dados": presenters.dados_do_pedido(pedido), "historia": presenters.historia(passos_do_pedido(pedido)),
        "anexos": anexos_do_pedido(pedido), "passos": presenters.passos_a_mostrar(pedido, passos, formularios),
        "com_erro": com_falta, "forte": quem_pede(request).entrada_forte,
    }  # fmt: skip
    return render(request, "nup/cadastro/pedido.jinja", contexto, status=422 if com_falta else 200)
