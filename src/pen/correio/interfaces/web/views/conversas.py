"""As conversas, para quem cuida das caixas; para os outros, não existem."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from pen.comum.http import endereco_com, exige_entrada
from pen.correio.armazem import abrir
from pen.correio.enums import Passo, Situacao
from pen.correio.interfaces.web import presenters
from pen.correio.interfaces.web.forms import (
    ArquivoForm,
    CasoForm,
    FiltroForm,
    NotaForm,
    PassoForm,
    PeriodoForm,
    RespostaForm,
)
from pen.correio.rules import outra_que_cuida, passos_que_cabem
from pen.correio.selectors.caixas import caixas_com_casos, consultar_caixa
from pen.correio.selectors.conversas import (
    ConversaLida,
    consultar_conversa,
    consultar_original,
    contar_conversas,
    listar_conversas,
)
from pen.correio.selectors.numeros import numeros_das_caixas
from pen.correio.services import conversas
from pen.designsys.forms import erro_no_campo
from pen.identidade.public import quem_pede

COM_FORMULARIO = (Passo.RESPONDER, Passo.ARQUIVAR, Passo.ANOTAR, Passo.CLASSIFICAR)


@require_safe
@exige_entrada
def listar(request: HttpRequest) -> HttpResponse:
    """Uma caixa ou todas, pela situação; sem dizer nada, as novas."""
    dados = request.GET.copy()
    dados.setdefault("situacao", Situacao.NOVA)
    form = FiltroForm(dados, caixas=caixas_com_casos(so_ativas=False))
    escolhidos: dict[str, Any] = form.cleaned_data if form.is_valid() else {"situacao": Situacao.NOVA}
    apos = request.GET.get("apos", "")
    filtros = {"caso_id" if nome == "caso" else nome: valor for nome, valor in escolhidos.items()}
    lidas, proxima = listar_conversas(para=request.user, depois_de=apos, **filtros)
    contagens = contar_conversas(para=request.user, caixa=escolhidos.get("caixa", ""))
    contexto = {
        "form": form, "conversas": [presenters.linha_da_conversa(c) for c in lidas],
        "situacao": escolhidos.get("situacao", ""),
        "contagens": [
            (s, nome, contagens[s], endereco_com(request, situacao=s, apos="")) for s, nome in presenters.NO_PLURAL.items()
        ],
        "proxima": endereco_com(request, apos=proxima) if proxima else None,
        "primeira": endereco_com(request, apos="") if apos else None,
    }  # fmt: skip
    return render(request, "correio/conversas.jinja", contexto)


@require_safe
@exige_entrada
def ver(request: HttpRequest, chave: str) -> HttpResponse:
    """A conversa, o que se disse nela, e o que se pode fazer."""
    return _pagina(request, consultar_conversa(chave, para=request.user))


@require_POST
@exige_entrada
def dar_passo(request: HttpRequest, chave: str, passo: str) -> HttpResponse:
    """Dá o passo do endereço; se não dá, a página volta com o que se escreveu e o que mudou."""
    if passo not in Passo.values:
        raise Http404
    dado, lida = Passo(passo), consultar_conversa(chave, para=request.user)
    form = _formulario(request, dado, lida, request.POST)
    if form.is_valid():
        com = {"por": quem_pede(request), "chave": chave}
        campos = {"caso_id" if nome == "caso" else nome: valor for nome, valor in form.cleaned_data.items()}
        if dado in {Passo.ANOTAR, Passo.CLASSIFICAR}:
            campos.pop("visto")
        with erro_no_campo(form):
            _SERVICOS[dado](**com, **campos)
            return HttpResponseRedirect(reverse("correio:conversa", args=[chave]))
    lida = consultar_conversa(chave, para=request.user)
    form.mostrar_de_novo(lida.conversa.versao)
    return _pagina(request, lida, errado=(dado, form))


@require_safe
@exige_entrada
def baixar_original(request: HttpRequest, chave: str, item_id: UUID) -> FileResponse:
    """A mensagem como chegou, para baixar: nunca abre como página deste sistema, e o nome não diz de quem é."""
    item = consultar_original(chave, item_id, para=request.user)
    resposta = FileResponse(
        abrir(item.original), as_attachment=True, filename=f"mensagem-{item.pk.hex}.eml", content_type="application/octet-stream"
    )  # fmt: skip
    resposta["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return resposta


@require_safe
@exige_entrada
def numeros(request: HttpRequest) -> HttpResponse:
    """Quanto chegou, de que caso, quanto se recusou, e em quanto tempo se respondeu."""
    form = PeriodoForm(request.GET)
    dias = (form.cleaned_data["dias"] if form.is_valid() else None) or 30
    lidos = numeros_das_caixas(para=request.user, desde=timezone.now() - timedelta(days=dias))
    contexto = {"form": form, "linhas": presenters.linhas_dos_numeros(lidos), "numeros": lidos}
    return render(request, "correio/numeros.jinja", contexto)


_SERVICOS: dict[Passo, Callable[..., Any]] = {
    Passo.ASSUMIR: conversas.assumir_conversa,
    Passo.RESPONDER: conversas.responder_conversa,
    Passo.RECUSAR: conversas.recusar_conversa,
    Passo.ACEITAR: conversas.aceitar_conversa,
    Passo.ARQUIVAR: conversas.arquivar_conversa,
    Passo.REABRIR: conversas.reabrir_conversa,
    Passo.ANOTAR: conversas.anotar_na_conversa,
    Passo.CLASSIFICAR: conversas.classificar_conversa,
}


def _formulario(request: HttpRequest, passo: Passo, lida: ConversaLida, dados: Any = None) -> PassoForm:
    conversa = lida.conversa
    opcoes: dict[str, Any] = {
        "initial": {"visto": conversa.versao, "caso": conversa.caso_id}, "auto_id": f"id_{passo.value}_%s",
    }  # fmt: skip
    if passo in {Passo.RESPONDER, Passo.CLASSIFICAR}:
        _, casos = consultar_caixa(conversa.caixa.codigo, para=request.user)
        return (RespostaForm if passo == Passo.RESPONDER else CasoForm)(dados, casos=casos, **opcoes)
    return {Passo.ARQUIVAR: ArquivoForm, Passo.ANOTAR: NotaForm}.get(passo, PassoForm)(dados, **opcoes)


def _pagina(request: HttpRequest, lida: ConversaLida, *, errado: tuple[Passo, PassoForm] | None = None) -> HttpResponse:
    conversa, eu = lida.conversa, quem_pede(request)
    forms = {p: _formulario(request, p, lida) for p in passos_que_cabem(eu, conversa)}
    aberto, perdido = None, ""
    if errado is not None:
        aberto, form = errado
        if aberto in forms:
            forms[aberto] = form
        else:  # o passo já não cabe, mas o que se escreveu não se perde
            perdido = str(form.cleaned_data.get("texto", ""))
    contexto = {
        "conversa": conversa, "linha": presenters.linha_da_conversa(conversa), "dados": presenters.dados_da_conversa(conversa),
        "itens": presenters.historia(lida), "sinais": presenters.sinais(conversa), "forms": {p.value: f for p, f in forms.items()},
        "aberto": aberto.value if aberto else "", "errado": errado[1] if errado else None, "perdido": perdido,
        "de_outra": outra_que_cuida(eu, conversa) is not None,
    }  # fmt: skip
    return render(request, "correio/conversa.jinja", contexto, status=422 if errado else 200)
