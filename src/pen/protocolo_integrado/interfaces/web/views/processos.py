"""As páginas públicas do Protocolo Integrado."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from pen.comum.cifra import cifrar, decifrar
from pen.comum.errors import ErroDeDominio
from pen.comum.http import origem_do_pedido
from pen.comum.leitura import le_da_replica
from pen.nup.public import Forma, ler_numero, sugerir_origem
from pen.protocolo_integrado.errors import ProcessoNaoEncontrado
from pen.protocolo_integrado.interfaces.web.forms.consulta import CAMPOS_ABERTOS, ConsultaForm
from pen.protocolo_integrado.interfaces.web.presenters import processos as presenters
from pen.protocolo_integrado.selectors.acompanhamentos import acompanha
from pen.protocolo_integrado.selectors.busca import buscar_andamentos, buscar_processos
from pen.protocolo_integrado.selectors.processos import (
    andamentos_do_processo,
    consultar_com_andamentos,
    consultar_processo,
    numeros_consultaveis,
)
from pen.protocolo_integrado.selectors.sugestoes import sugerir_grafia
from pen.protocolo_integrado.services.busca import contar_busca
from pen.protocolo_integrado.services.consultas import contar_consulta
from pen.protocolo_integrado.values import FiltrosDeBusca


@csrf_exempt  # buscar não muda nada; é POST só para que nomes e documentos não fiquem no endereço
@require_http_methods(["GET", "HEAD", "POST"])
@le_da_replica
def consultar(request: HttpRequest) -> HttpResponse:
    """Consulta pública. O POST vira um GET cujo endereço pode ser guardado e não diz o que foi buscado."""
    if request.method == "POST":
        form = ConsultaForm(request.POST)
        return HttpResponseRedirect(_endereco_da_busca(form)) if form.is_valid() else _pagina(request, {"form": form})
    if not (dados := _dados_da_busca(request)):
        return _pagina(request, {"form": ConsultaForm()})
    form = ConsultaForm(dados)
    if not form.is_valid():
        return _pagina(request, {"form": form})
    if request.GET.keys() & (ConsultaForm.base_fields.keys() - set(CAMPOS_ABERTOS)):  # veio em claro de outro sistema
        return HttpResponseRedirect(_endereco_da_busca(form))
    return _pagina(request, {"form": form} | _resultado(request, form))


@require_safe
@le_da_replica
def processo(request: HttpRequest, numero: str) -> HttpResponse:
    """A página de um processo; quando não há, explica o que o número diz e o que fazer (404)."""
    pagina = request.GET.get("pagina", "")
    try:
        if pagina:
            achado = consultar_processo(numero, para=request.user)
            andamentos = andamentos_do_processo(achado, depois_de=pagina)
        else:
            achado, andamentos = consultar_com_andamentos(numero, para=request.user)
    except ProcessoNaoEncontrado:
        lido = ler_numero(numero)
        contexto = {"numero": lido, "origem": sugerir_origem(lido)}
        return _sem_indexar(render(request, "protocolo_integrado/processos/nao_encontrado.jinja", contexto, status=404))
    if request.method == "GET":
        contar_consulta(r.orgao.pk for r in achado.registros)
    relacionados = numeros_consultaveis({n for r in achado.registros for n in r.relacionados}, para=request.user)
    acompanhado = acompanha(achado.numero.normalizado, para=request.user)
    contexto = presenters.pagina_do_processo(achado, andamentos, relacionados) | {"acompanha": acompanhado}
    return _sem_indexar(render(request, "protocolo_integrado/processos/processo.jinja", contexto))


@require_safe
def endereco_antigo(request: HttpRequest) -> HttpResponse:
    """O endereço que outros sistemas já usam: ``/Protocolo/documento/detalhes_documento.jsf?protocolo=``."""
    if numero := ler_numero(request.GET.get("protocolo", "")).normalizado:
        return HttpResponsePermanentRedirect(reverse("protocolo_integrado:processo", args=[numero]))
    return HttpResponsePermanentRedirect(reverse("protocolo_integrado:consultar"))


def _como_numero(texto: str) -> str:
    """O número canônico, se o texto é um número de processo e não palavras; senão, vazio."""
    lido = ler_numero(texto)
    algarismos = sum(c.isdecimal() for c in texto)
    letras = sum(c.isalpha() for c in texto)
    if lido.forma != Forma.DESCONHECIDA or (algarismos >= 5 and algarismos > letras):
        return lido.normalizado
    return ""


def _endereco_da_busca(form: ConsultaForm) -> str:
    campos = form.preenchidos()
    if campos.keys() == {"q"} and (numero := _como_numero(campos["q"])):
        return reverse("protocolo_integrado:processo", args=[numero])
    endereco = QueryDict(mutable=True)
    endereco.update({nome: valor for nome, valor in campos.items() if nome in CAMPOS_ABERTOS})
    if reservados := {nome: valor for nome, valor in campos.items() if nome not in CAMPOS_ABERTOS}:
        endereco["f"] = cifrar(reservados)
    return f"{reverse('protocolo_integrado:consultar')}?{endereco.urlencode()}"


def _dados_da_busca(request: HttpRequest) -> dict[str, str]:
    """O que se busca: os campos abertos do endereço e os cifrados em ``f``."""
    dados = {nome: str(valor) for nome, valor in request.GET.items() if nome in ConsultaForm.base_fields}
    return dados | (decifrar(request.GET["f"]) or {} if "f" in request.GET else {})


def _resultado(request: HttpRequest, form: ConsultaForm) -> dict[str, Any]:
    filtros = form.filtros()
    try:
        contar_busca(filtros, origem=origem_do_pedido(request))
        processos = buscar_processos(filtros, para=request.user, depois_de=request.GET.get("apos", ""))
        andamentos = buscar_andamentos(filtros, para=request.user, depois_de=request.GET.get("mov", ""))
    except ErroDeDominio as erro:
        form.add_error(None, erro.mensagem)
        return {}
    sugestao = None if processos.itens else sugerir_grafia(filtros, para=request.user)
    return {
        "resultado": presenters.resultado(processos, andamentos, request.GET), "consultado_em": timezone.now(),
        "sugestao": sugestao and (sugestao.escrita(), _endereco_corrigido(form, sugestao.filtros)),
    }  # fmt: skip


def _endereco_corrigido(form: ConsultaForm, filtros: FiltrosDeBusca) -> str:
    corrigidos = {"q": filtros.palavras, "assunto": filtros.assunto, "interessado": filtros.interessado}
    return _endereco_da_busca(ConsultaForm(form.preenchidos() | corrigidos))


def _pagina(request: HttpRequest, contexto: dict[str, Any]) -> HttpResponse:
    vazio: dict[str, Any] = {"resultado": None, "consultado_em": None, "sugestao": None}
    return _sem_indexar(render(request, "protocolo_integrado/processos/consulta.jinja", vazio | contexto))


def _sem_indexar(resposta: HttpResponse) -> HttpResponse:
    """Páginas com nomes de pessoas não vão para buscadores nem ficam em caches compartilhados."""
    resposta["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    resposta["Cache-Control"] = "private, max-age=0"
    return resposta
