"""O catálogo, que é público."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from pen.atendimento.errors import ProdutoForaDaEsfera
from pen.atendimento.interfaces.web import presenters
from pen.atendimento.rules import coordena_alguma, e_atendente
from pen.atendimento.selectors.catalogo import consultar_produto, produtos_da_esfera
from pen.atendimento.selectors.expediente import dias_sem_expediente, expediente_em_vigor, politica_em_vigor
from pen.conhecimento.public import EsferaDeAtendimento
from pen.identidade.public import Pessoa, e_da_equipe_central


@require_safe
def inicio(request: HttpRequest) -> HttpResponse:
    """O que é a Central, a escolha da esfera, e os caminhos de quem já tem chamados ou atende."""
    entrou = isinstance(request.user, Pessoa)
    politica = politica_em_vigor()
    contexto = {
        "esferas": [(e.label, presenters.ESFERAS[e], e.no_endereco) for e in EsferaDeAtendimento],
        "entrou": entrou, "atende": e_atendente(request.user), "central": e_da_equipe_central(request.user),
        "ve_painel": e_da_equipe_central(request.user) or coordena_alguma(request.user),
        "horas": politica.horas, "horas_de_reabertura": politica.horas_de_reabertura,
    }  # fmt: skip
    resposta = render(request, "atendimento/inicio.jinja", contexto)
    resposta["Cache-Control"] = "private, no-store" if entrou else "private, max-age=0"
    return resposta


@require_safe
def expediente(request: HttpRequest) -> HttpResponse:
    """Quando a Central responde, e os dias em que não."""
    dias = dias_sem_expediente(desde=timezone.now())
    contexto = {
        "semana": presenters.semana_em_palavras(expediente_em_vigor()), "dias": [presenters.linha_do_dia(d) for d in dias],
        "previstos": any(not d.ato for d in dias),
    }  # fmt: skip
    return render(request, "atendimento/expediente.jinja", contexto)


@require_safe
def produtos(request: HttpRequest, esfera: str) -> HttpResponse:
    """Os produtos que se oferecem à esfera."""
    da_esfera = ler_esfera(esfera)
    contexto = {"esfera": da_esfera, "codigo": esfera, "produtos": produtos_da_esfera(da_esfera)}
    return render(request, "atendimento/produtos.jinja", contexto)


@require_safe
def produto(request: HttpRequest, esfera: str, produto: str) -> HttpResponse:
    """O que é o produto, e o que se pode pedir; fora da esfera, por que não."""
    da_esfera = ler_esfera(esfera)
    try:
        achado, tipos = consultar_produto(produto, da_esfera)
    except ProdutoForaDaEsfera as erro:
        return explicar_fora_da_esfera(request, da_esfera, esfera, erro)
    contexto = {"esfera": da_esfera, "codigo": esfera, "produto": achado, "tipos": tipos}
    return render(request, "atendimento/produto.jinja", contexto)


def ler_esfera(texto: str) -> EsferaDeAtendimento:
    """A esfera do endereço, que tem hífen no lugar do sublinhado; levanta ``Http404``."""
    valor = texto.replace("-", "_")
    if valor not in EsferaDeAtendimento.values or "_" in texto:
        raise Http404
    return EsferaDeAtendimento(valor)


def explicar_fora_da_esfera(
    request: HttpRequest, esfera: EsferaDeAtendimento, codigo: str, erro: ProdutoForaDaEsfera
) -> HttpResponse:
    """A página que diz a que esferas o produto se oferece."""
    contexto = {"esfera": esfera, "codigo": codigo, "frase": erro.mensagem}
    return render(request, "atendimento/fora_da_esfera.jinja", contexto, status=404)
