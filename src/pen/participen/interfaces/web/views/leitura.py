"""O fórum de quem lê: sem entrar, o que é público."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from pen.comum.http import endereco_com
from pen.conhecimento.public import mostrar_conversa, sugerir_artigos
from pen.designsys.forms import erro_no_campo
from pen.identidade.public import Pessoa
from pen.participen.enums import RitmoDeSeguir
from pen.participen.interfaces.web import presenters
from pen.participen.interfaces.web.forms import AceiteForm, BuscaForm, RespostaForm, SeguirForm
from pen.participen.interfaces.web.views.comum import responder
from pen.participen.models import Categoria, Etiqueta, Topico
from pen.participen.rules import modera, pode_marcar_solucao
from pen.participen.selectors.busca import buscar_topicos
from pen.participen.selectors.cadastro import (
    categorias_ativas,
    categorias_com_contagem,
    consultar_categoria,
    consultar_etiqueta,
    etiquetas_por_grupo,
)
from pen.participen.selectors.conduta import aceitou_as_regras, orgao_de_quem_participa, regras_em_vigor
from pen.participen.selectors.moderacao import moderacao_em_numeros
from pen.participen.selectors.seguimento import ritmo_de_quem_segue
from pen.participen.selectors.topicos import (
    abertura_do_topico,
    consultar_publicacao,
    consultar_topico,
    etiquetas_do_topico,
    listar_topicos,
    pagina_da_resposta,
    respostas_do_topico,
    solucao_do_topico,
    topicos_fixados,
)

ARTIGOS_NA_BUSCA = 5


@require_safe
def inicio(request: HttpRequest) -> HttpResponse:
    """As categorias, o que está no alto e o que se moveu por último."""
    categorias = categorias_com_contagem()
    contexto = {"categorias": categorias, "form": BuscaForm(categorias=[categoria for categoria, _ in categorias])}
    return responder(request, "participen/inicio.jinja", contexto | _listar(request, None))


@require_safe
def buscar(request: HttpRequest) -> HttpResponse:
    """Os tópicos e os artigos que respondem às palavras. É GET: o endereço pode ser guardado."""
    form = BuscaForm(request.GET or None, categorias=list(categorias_ativas()))
    contexto: dict[str, Any] = {"form": form, "topicos": None, "artigos": []}
    if form.is_valid() and form.cleaned_data["palavras"]:
        palavras, categoria = form.cleaned_data["palavras"], form.cleaned_data["categoria"]
        with erro_no_campo(form, "palavras"):
            achados = buscar_topicos(palavras, categoria=consultar_categoria(categoria) if categoria else None)
            artigos = sugerir_artigos(palavras, para=request.user, quantos=ARTIGOS_NA_BUSCA)
            contexto |= {"topicos": achados, "artigos": [a for a in artigos if not a.artigo.interno]}
    return responder(request, "participen/busca.jinja", contexto)


@require_safe
def categoria(request: HttpRequest, codigo: str) -> HttpResponse:
    """Os tópicos de uma categoria."""
    achada = consultar_categoria(codigo)
    contexto = {"categoria": achada} | _listar(request, achada) | _seguir(request, achada)
    return responder(request, "participen/categoria.jinja", contexto)


@require_safe
def etiquetas(request: HttpRequest) -> HttpResponse:
    """Todas as etiquetas, por grupo."""
    return responder(request, "participen/etiquetas.jinja", {"grupos": etiquetas_por_grupo()})


@require_safe
def etiqueta(request: HttpRequest, codigo: str) -> HttpResponse:
    """Os tópicos com uma etiqueta."""
    achada = consultar_etiqueta(codigo)
    pagina = listar_topicos(etiqueta=achada, depois_de=request.GET.get("pagina", ""))
    contexto = {
        "etiqueta_do_forum": achada, "topicos": pagina.itens, "proxima": _seguinte(request, pagina.proxima),
        "primeira": "pagina" not in request.GET,
    }  # fmt: skip
    return responder(request, "participen/etiqueta.jinja", contexto | _seguir(request, achada))


@require_safe
def topico(request: HttpRequest, numero: int) -> HttpResponse:
    """O tópico e as respostas."""
    return pagina_do_topico(request, consultar_topico(numero, para=request.user), RespostaForm())


@require_safe
def publicacao(request: HttpRequest, publicacao_id: UUID) -> HttpResponse:
    """O endereço de uma resposta: vai à página do tópico em que ela está."""
    achada = consultar_publicacao(publicacao_id, para=request.user)
    endereco = reverse("participen:topico", args=[achada.topico_id])
    marcador = "" if achada.abre else pagina_da_resposta(achada, para=request.user)
    return HttpResponseRedirect(f"{endereco}{f'?pagina={marcador}' if marcador else ''}#p-{achada.pk}")


@require_safe
def regras(request: HttpRequest) -> HttpResponse:
    """As regras de convivência; para quem entrou e ainda não aceitou, o aceite."""
    return pagina_das_regras(request, None)


@require_safe
def numeros(request: HttpRequest) -> HttpResponse:
    """Quanto a moderação fez, sem dizer de quem."""
    return responder(request, "participen/numeros.jinja", {"numeros": moderacao_em_numeros()})


def pagina_das_regras(request: HttpRequest, form: AceiteForm | None) -> HttpResponse:
    """As regras, com o formulário do aceite, se cabe."""
    em_vigor, eu = regras_em_vigor(), request.user
    falta = isinstance(eu, Pessoa) and em_vigor is not None and not aceitou_as_regras(eu)
    if falta and form is None and isinstance(eu, Pessoa) and em_vigor is not None:
        orgao = orgao_de_quem_participa(eu)
        proximo = request.GET.get("proximo", "")[:500]
        form = AceiteForm(initial={"versao": em_vigor.versao, "orgao": orgao.sigla if orgao else "", "proximo": proximo})
    contexto = {
        "regras": em_vigor, "html": mostrar_conversa(em_vigor.texto) if em_vigor else "", "form": form if falta else None,
        "aceitou": isinstance(eu, Pessoa) and not falta,
    }  # fmt: skip
    return responder(request, "participen/regras.jinja", contexto, errado=bool(form and form.errors))


def pagina_do_topico(request: HttpRequest, achado: Topico, form: RespostaForm) -> HttpResponse:
    """O tópico, a solução, uma página de respostas e o que se pode fazer."""
    eu, depois_de = request.user, request.GET.get("pagina", "")
    pagina = respostas_do_topico(achado, para=eu, depois_de=depois_de)
    solucao = solucao_do_topico(achado, para=eu)
    contexto = {
        "topico": achado, "sobre": presenters.sobre_o_topico(achado), "etiquetas": etiquetas_do_topico(achado),
        "abertura": presenters.na_pagina(abertura_do_topico(achado, para=eu)),
        "solucao": presenters.na_pagina(solucao) if solucao else None,
        "respostas": [presenters.na_pagina(p) for p in pagina.itens], "primeira": not depois_de,
        "proxima": _seguinte(request, pagina.proxima), "form": form, "cores": presenters.CORES,
        "pode_responder": achado.publicado and achado.fechado_em is None,
        "falta_aceite": isinstance(eu, Pessoa) and not aceitou_as_regras(eu),
        "pode_marcar": pode_marcar_solucao(eu, achado), "modera": modera(eu),
    }  # fmt: skip
    return responder(request, "participen/topico.jinja", contexto | _seguir(request, achado), errado=bool(form.errors))


def _listar(request: HttpRequest, da_categoria: Categoria | None) -> dict[str, Any]:
    """Uma página de tópicos; na primeira, antes deles, os que estão no alto."""
    depois_de = request.GET.get("pagina", "")
    pagina = listar_topicos(categoria=da_categoria, depois_de=depois_de)
    fixados = [] if depois_de else topicos_fixados(da_categoria)
    no_alto = {t.id for t in fixados}
    return {
        "fixados": fixados, "topicos": [t for t in pagina.itens if t.id not in no_alto], "primeira": not depois_de,
        "proxima": _seguinte(request, pagina.proxima),
    }  # fmt: skip


def _seguir(request: HttpRequest, alvo: Categoria | Topico | Etiqueta) -> dict[str, Any]:
    """O que a página precisa para que a pessoa siga a coisa, ou deixe de seguir."""
    ritmo = ritmo_de_quem_segue(alvo, para=request.user)
    inicial = {"ritmo": (ritmo or RitmoDeSeguir.IMEDIATO).value}
    tipo = {Categoria: "categoria", Topico: "topico", Etiqueta: "etiqueta"}[type(alvo)]
    codigo = str(alvo.pk) if isinstance(alvo, Topico) else alvo.codigo
    form = SeguirForm(initial=inicial, auto_id="seguir_%s")
    return {"seguir_form": form, "segue": ritmo, "seguir_tipo": tipo, "seguir_codigo": codigo}


def _seguinte(request: HttpRequest, marcador: str) -> str:
    return endereco_com(request, pagina=marcador) if marcador else ""
