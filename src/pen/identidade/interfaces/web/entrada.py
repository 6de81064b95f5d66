"""Entrar e sair."""

import uuid
from contextlib import suppress
from datetime import timedelta

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pen.comum.errors import ErroDeDominio
from pen.comum.http import origem_do_pedido
from pen.designsys.forms import erro_no_campo
from pen.identidade import govbr
from pen.identidade.enums import MeioDeEntrada, Nivel
from pen.identidade.errors import AparelhoNaoEncontrado, PessoaInativa
from pen.identidade.interfaces.web.aparelho import descrever_aparelho
from pen.identidade.interfaces.web.forms import CodigoForm, EmailForm, SegundoFatorForm
from pen.identidade.interfaces.web.middleware import FORTE_ATE
from pen.identidade.models import Pessoa
from pen.identidade.services.codigos import entrar_com_codigo, pedir_codigo
from pen.identidade.services.entrada import encerrar_entrada, pessoa_do_govbr, registrar_entrada, registrar_segundo_fator
from pen.identidade.services.segundo_fator import CODIGOS_DE_RESERVA, conferir_segundo_fator, tem_segundo_fator
from pen.identidade.values import AfirmacoesDoGovbr

DURACAO_DA_ENTRADA_FORTE = timedelta(hours=12)
NENHUMA = str(uuid.UUID(int=0))
PROXIMO, AVISO, ENTRADA, CODIGO = "proximo", "aviso_de_entrada", "entrada_id", "codigo_id"


@require_GET
def escolher(request: HttpRequest) -> HttpResponse:
    """As maneiras de entrar; ``?proximo=`` diz para onde ir depois."""
    if request.user.is_authenticated:
        return HttpResponseRedirect(_proximo(request.GET.get(PROXIMO, "")))
    request.session[PROXIMO] = _proximo(request.GET.get(PROXIMO, ""))
    contexto = {"govbr": govbr.esta_ligado(), "erro": "", "outra_conta": "", "form": EmailForm()}
    return _pagina(request, "identidade/entrar.jinja", contexto)


@require_GET
def ir_ao_govbr(request: HttpRequest) -> HttpResponse:
    """Leva ao gov.br."""
    try:
        return govbr.iniciar(request, retorno=settings.ENDERECO + reverse("identidade:govbr_retorno"))
    except ErroDeDominio as erro:
        return _recusada(request, erro)


@require_GET
def voltar_do_govbr(request: HttpRequest) -> HttpResponse:
    """Recebe quem volta do gov.br, confere e abre a sessão."""
    try:
        afirmacoes = govbr.concluir(request)
        quem = pessoa_do_govbr(afirmacoes)
    except PessoaInativa as erro:  # o gov.br a conhece: sem sair de lá, voltaria sempre como ela
        return _recusada(request, erro, outra_conta=govbr.endereco_de_saida(_inicio()))
    except ErroDeDominio as erro:
        return _recusada(request, erro)
    return _abrir_sessao(request, quem.pessoa, MeioDeEntrada.GOVBR, afirmacoes=afirmacoes, aviso=quem.aviso)


@require_http_methods(["GET", "POST"])
def pedir_por_email(request: HttpRequest) -> HttpResponse:
    """Pede o e-mail e manda o código. A resposta é a mesma, exista a conta ou não."""
    form = EmailForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with erro_no_campo(form):
            codigo_id = pedir_codigo(email=form.cleaned_data["email"], origem=origem_do_pedido(request))
            request.session[CODIGO] = str(codigo_id)
            return HttpResponseRedirect(reverse("identidade:codigo"))
    return _pagina(request, "identidade/email.jinja", {"form": form})


@require_http_methods(["GET", "POST"])
def digitar_codigo(request: HttpRequest) -> HttpResponse:
    """Recebe o código que chegou por e-mail."""
    if CODIGO not in request.session:
        return HttpResponseRedirect(reverse("identidade:email"))
    form = CodigoForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with erro_no_campo(form, "codigo"):
            pessoa = entrar_com_codigo(codigo_id=uuid.UUID(request.session[CODIGO]), digitado=form.cleaned_data["codigo"])
            del request.session[CODIGO]
            return _abrir_sessao(request, pessoa, MeioDeEntrada.CORREIO)
    return _pagina(request, "identidade/codigo.jinja", {"form": form})


@require_http_methods(["GET", "POST"])
def segundo_fator(request: HttpRequest) -> HttpResponse:
    """Pede o código a quem ligou o segundo fator e entrou por um meio que, sozinho, não basta para exercer papéis.

    ``?proximo=`` diz para onde ir depois, quando é outra página que pede a confirmação.
    """
    pessoa = request.user
    if not isinstance(pessoa, Pessoa):
        return HttpResponseRedirect(reverse("identidade:entrar"))
    if PROXIMO in request.GET:
        request.session[PROXIMO] = _proximo(request.GET[PROXIMO])
    form = SegundoFatorForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with erro_no_campo(form, "codigo"):
            restam = conferir_segundo_fator(por=pessoa, digitado=form.cleaned_data["codigo"])
            registrar_segundo_fator(por=pessoa, entrada_id=uuid.UUID(request.session[ENTRADA]))
            fortalecer(request)
            if restam is not None:
                request.session[AVISO] = f"Você usou um código de reserva. Restam {restam} de {CODIGOS_DE_RESERVA}."
            return HttpResponseRedirect(_proximo(request.session.pop(PROXIMO, "")))
    return _pagina(request, "identidade/segundo_fator.jinja", {"form": form})


@require_POST
def sair(request: HttpRequest) -> HttpResponse:
    """Encerra a sessão aqui e, se a pessoa entrou por ele, no gov.br."""
    veio_do_govbr = request.session.get("meio") == MeioDeEntrada.GOVBR
    _encerrar_a_desta_sessao(request)
    logout(request)
    return HttpResponseRedirect(govbr.endereco_de_saida(_inicio()) if veio_do_govbr and govbr.esta_ligado() else "/")


def fortalecer(request: HttpRequest) -> None:
    """Marca a sessão como entrada forte por doze horas."""
    request.session[FORTE_ATE] = (timezone.now() + DURACAO_DA_ENTRADA_FORTE).isoformat()


def _encerrar_a_desta_sessao(request: HttpRequest) -> None:
    pessoa = request.user
    if isinstance(pessoa, Pessoa):
        with suppress(AparelhoNaoEncontrado):  # já tinha sido encerrada de outro aparelho
            encerrar_entrada(por=pessoa, entrada_id=uuid.UUID(request.session.get(ENTRADA, NENHUMA)))


def _abrir_sessao(
    request: HttpRequest,
    pessoa: Pessoa,
    meio: MeioDeEntrada,
    *,
    afirmacoes: AfirmacoesDoGovbr | None = None,
    aviso: str = "",
) -> HttpResponse:
    proximo = _proximo(request.session.get(PROXIMO, ""))
    if request.user.is_authenticated:  # quem entra por cima, a mesma pessoa ou outra, encerra a entrada anterior
        _encerrar_a_desta_sessao(request)
        request.session.cycle_key()
    login(request, pessoa, backend=settings.AUTHENTICATION_BACKENDS[0])  # troca a chave da sessão
    request.session.pop(FORTE_ATE, None)
    request.session.save()
    chave = request.session.session_key or ""
    entrada = registrar_entrada(
        por=pessoa, meio=meio, sessao=chave, aparelho=descrever_aparelho(request.headers.get("User-Agent", "")),
        afirmacoes=afirmacoes,
    )  # fmt: skip
    request.session[ENTRADA], request.session["meio"], request.session[AVISO] = str(entrada.pk), meio.value, aviso
    request.session[PROXIMO] = proximo
    if afirmacoes and afirmacoes.nivel >= Nivel.PRATA:
        fortalecer(request)
    elif tem_segundo_fator(pessoa):
        return HttpResponseRedirect(reverse("identidade:segundo_fator"))
    return HttpResponseRedirect(proximo)


def _inicio() -> str:
    return str(settings.ENDERECO) + "/"


def _proximo(endereco: str) -> str:
    """O endereço, se é daqui mesmo; senão, o começo."""
    return endereco if url_has_allowed_host_and_scheme(endereco, allowed_hosts=None) else "/"


def _recusada(request: HttpRequest, erro: ErroDeDominio, *, outra_conta: str = "") -> HttpResponse:
    contexto = {"govbr": govbr.esta_ligado(), "erro": erro.mensagem, "outra_conta": outra_conta, "form": EmailForm()}
    return _pagina(request, "identidade/entrar.jinja", contexto, situacao=erro.situacao_http)


def _pagina(request: HttpRequest, modelo: str, contexto: dict[str, object], situacao: int = 200) -> HttpResponse:
    resposta = render(request, modelo, contexto, status=situacao)
    add_never_cache_headers(resposta)
    return resposta
