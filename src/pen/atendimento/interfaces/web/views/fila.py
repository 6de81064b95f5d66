"""A fila de quem atende: os filtros, os que se guardam, e as ações em vários de uma vez."""

from dataclasses import replace

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from pen.atendimento.enums import Passo
from pen.atendimento.errors import ChamadoNaoEncontrado
from pen.atendimento.interfaces.web import presenters
from pen.atendimento.interfaces.web.forms.fila import FilaForm, GuardarFiltroForm
from pen.atendimento.interfaces.web.passos import formulario_do_passo, pedido_do_form
from pen.atendimento.rules import e_atendente
from pen.atendimento.selectors.chamados import chamados_da_fila, chamados_pelas_chaves, contagens_da_fila, equipes_da_pessoa
from pen.atendimento.selectors.fila import filtros_guardados, recebe_da_distribuicao
from pen.atendimento.selectors.presenca import outros_no_chamado
from pen.atendimento.services.equipes import alterar_recebimento
from pen.atendimento.services.filtros import excluir_filtro, guardar_filtro
from pen.atendimento.services.lote import CHAMADOS_MAXIMO, PASSOS_EM_LOTE, agir_em_lote
from pen.atendimento.services.pedidos import fazer_passo
from pen.atendimento.services.presenca import marcar_presenca
from pen.comum.errors import PedidoIncompleto, conferir
from pen.comum.http import endereco_com, exige_entrada
from pen.conhecimento.public import produtos_do_catalogo
from pen.designsys.forms import erro_no_campo
from pen.identidade.public import Ator, quem_pede


@require_safe
@exige_entrada
def listar(request: HttpRequest) -> HttpResponse:
    """Os chamados abertos das equipes da pessoa, com contagens; para quem não atende, não existe."""
    _exigir_atendente(request.user)
    return _fila(request, GuardarFiltroForm())


@require_POST
@exige_entrada
def guardar(request: HttpRequest) -> HttpResponse:
    """Guarda o filtro que está no endereço."""
    _exigir_atendente(request.user)
    form = GuardarFiltroForm(request.POST)
    if form.is_valid():
        with erro_no_campo(form, "nome"):
            filtro = guardar_filtro(
                por=quem_pede(request), nome=form.cleaned_data["nome"], consulta=request.META.get("QUERY_STRING", "")
            )
            return HttpResponseRedirect(f"{reverse('atendimento:fila')}?{filtro.consulta}")
    return _fila(request, form)


@require_POST
@exige_entrada
def excluir(request: HttpRequest, filtro_id: int) -> HttpResponse:
    """Apaga um filtro da pessoa."""
    excluir_filtro(por=quem_pede(request), filtro_id=filtro_id)
    return HttpResponseRedirect(reverse("atendimento:fila"))


@require_POST
@exige_entrada
def receber(request: HttpRequest) -> HttpResponse:
    """Entra na distribuição, ou sai dela enquanto está ausente."""
    _exigir_atendente(request.user)
    alterar_recebimento(por=quem_pede(request), recebe=request.POST.get("recebe") == "sim")
    return HttpResponseRedirect(reverse("atendimento:fila"))


@require_POST
@exige_entrada
def agir(request: HttpRequest) -> HttpResponse:
    """O mesmo passo em vários chamados: primeiro o que falta dizer; depois, o que houve com cada um."""
    _exigir_atendente(request.user)
    por, chaves = quem_pede(request), request.POST.getlist("chave")[: CHAMADOS_MAXIMO + 1]
    nome = request.POST.get("passo", "")
    conferir(nome in PASSOS_EM_LOTE, PedidoIncompleto("Escolha o que fazer com os chamados marcados."))
    chamados, passo = chamados_pelas_chaves(chaves, para=por), Passo(nome)
    conferir(bool(chamados), PedidoIncompleto("Marque pelo menos um chamado."))
    confirmado = "confirmar" in request.POST or passo == Passo.ASSUMIR
    form = formulario_do_passo(por, passo, chamados[0], request.POST if confirmado else None, request.FILES or None)
    if confirmado and form.is_valid():
        pedido = replace(pedido_do_form(passo, form), visto=None)  # em lote, ninguém leu cada um
        resultados = agir_em_lote(
            [c.chave for c in chamados], lambda chave: fazer_passo(por=por, chave=chave, pedido=pedido)
        )
        frases = dict(resultados)
        feitos = [(presenters.linha_do_chamado(c.na_lista(), agora=timezone.now()), frases[c.chave]) for c in chamados]
        contexto = {"titulo": presenters.EM_LOTE[passo], "feitos": feitos, "certos": sum(not f for f in frases.values())}
        return render(request, "atendimento/lote_feito.jinja", contexto)
    linhas = [presenters.linha_do_chamado(c.na_lista(), agora=timezone.now()) for c in chamados]
    contexto = {"titulo": presenters.EM_LOTE[passo], "passo": passo.value, "chamados": linhas, "form": form}
    return render(request, "atendimento/lote.jinja", contexto, status=422 if form.errors else 200)


@require_POST
@exige_entrada
def acompanhar(request: HttpRequest, chave: str) -> JsonResponse:
    """O sinal da página aberta: guarda o que se escreve, e diz quem mais está ali e quantos passos o chamado já tem."""
    por = quem_pede(request)
    chamado = marcar_presenca(
        por=por, chave=chave, passo=request.POST.get("passo", ""), texto=request.POST.get("texto", "")
    )  # fmt: skip
    outros = outros_no_chamado(chamado, para=por, agora=timezone.now())
    return JsonResponse({"passos": chamado.passos, "outros": presenters.outros_em_palavras(outros)})


def _fila(request: HttpRequest, form_do_filtro: GuardarFiltroForm) -> HttpResponse:
    agora, equipes = timezone.now(), list(equipes_da_pessoa(request.user))
    form = FilaForm(request.GET, equipes=equipes, produtos=produtos_do_catalogo())
    apos = request.GET.get("apos", "")
    fila, proxima = chamados_da_fila(form.filtros(), para=request.user, agora=agora, depois_de=apos)
    contexto = {
        "form": form, "contagens": presenters.contagens_em_palavras(contagens_da_fila(para=request.user, agora=agora)),
        "chamados": [presenters.linha_do_chamado(c, agora=agora) for c in fila], "em_lote": presenters.EM_LOTE.items(),
        "filtros": filtros_guardados(quem_pede(request)), "form_do_filtro": form_do_filtro,
        "recebe": recebe_da_distribuicao(quem_pede(request)),
        "filtrando": bool(request.GET.urlencode().replace("apos=", "")), "consulta": request.GET.urlencode(),
        "proxima": endereco_com(request, apos=proxima) if proxima else None,
        "primeira": endereco_com(request, apos="") if apos else None,
    }  # fmt: skip
    return render(request, "atendimento/fila.jinja", contexto, status=422 if form_do_filtro.errors else 200)


def _exigir_atendente(ator: Ator) -> None:
    conferir(e_atendente(ator), ChamadoNaoEncontrado("Não existe nada neste endereço."))
