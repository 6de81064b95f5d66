"""Escrever no fórum: buscar antes, abrir, responder, alterar, e dizer o que ajudou."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pen.comum.errors import SemPermissao, conferir
from pen.comum.http import exige_entrada
from pen.designsys.forms import erro_no_campo
from pen.identidade.public import quem_pede
from pen.participen.interfaces.web import presenters
from pen.participen.interfaces.web.forms import (
    AceiteForm,
    AlteracaoDaRespostaForm,
    AlteracaoDoTopicoForm,
    PalavrasForm,
    RespostaForm,
    TopicoNovoForm,
)
from pen.participen.interfaces.web.views.comum import falta_aceitar, responder
from pen.participen.interfaces.web.views.leitura import pagina_das_regras, pagina_do_topico
from pen.participen.rules import pode_alterar
from pen.participen.selectors.cadastro import categorias_ativas, etiquetas_por_grupo
from pen.participen.selectors.topicos import (
    consultar_publicacao,
    consultar_topico,
    etiquetas_do_topico,
    versoes_da_publicacao,
)
from pen.participen.services import topicos
from pen.participen.services.busca_previa import BuscaPrevia, buscar_antes, conferir_busca
from pen.participen.services.conduta import aceitar_regras


@require_POST
@exige_entrada
def aceitar(request: HttpRequest) -> HttpResponse:
    """Aceita as regras, e volta para o que a pessoa ia fazer."""
    form = AceiteForm(request.POST)
    if form.is_valid():
        with erro_no_campo(form):
            aceitar_regras(por=quem_pede(request), versao=form.cleaned_data["versao"], orgao=form.cleaned_data["orgao"])
            proximo = form.cleaned_data["proximo"]
            nosso = proximo.startswith("/") and url_has_allowed_host_and_scheme(proximo, {request.get_host()})
            return HttpResponseRedirect(proximo if nosso else reverse("participen:inicio"))
    return pagina_das_regras(request, form)


@require_http_methods(["GET", "POST"])
@exige_entrada
def novo(request: HttpRequest) -> HttpResponse:
    """Primeiro a busca, depois o que ela achou, e só então o formulário. As palavras não vão em endereço nenhum."""
    if aonde := falta_aceitar(request):
        return aonde
    acao = request.POST.get("acao") if request.method == "POST" else ""
    if acao == "escrever":
        return _escrever(request)
    if acao == "publicar":
        return _publicar(request)
    form = PalavrasForm(request.POST if acao else None)
    if form.is_valid():
        with erro_no_campo(form, "palavras"):
            return _achados(request, buscar_antes(por=quem_pede(request), palavras=form.cleaned_data["palavras"]))
    return responder(request, "participen/novo.jinja", {"form": form, "busca": None}, errado=bool(form.errors))


@require_POST
@exige_entrada
def responder_ao_topico(request: HttpRequest, numero: int) -> HttpResponse:
    """Publica a resposta, e volta a ela."""
    achado = consultar_topico(numero, para=request.user)
    if aonde := falta_aceitar(request):
        return aonde
    form = RespostaForm(request.POST)
    if form.is_valid():
        with erro_no_campo(form):
            publicacao = topicos.responder_topico(por=quem_pede(request), numero=numero, **form.cleaned_data)
            return HttpResponseRedirect(reverse("participen:publicacao", args=[publicacao.pk]))
    return pagina_do_topico(request, achado, form)


@require_http_methods(["GET", "POST"])
@exige_entrada
def alterar(request: HttpRequest, publicacao_id: UUID) -> HttpResponse:
    """Altera o que a pessoa escreveu."""
    publicacao = consultar_publicacao(publicacao_id, para=request.user)
    conferir(
        pode_alterar(request.user, publicacao), SemPermissao("Só quem escreveu altera, enquanto o tópico está aberto.")
    )
    if aonde := falta_aceitar(request):
        return aonde
    topico, dados = publicacao.topico, request.POST if request.method == "POST" else None
    form: AlteracaoDoTopicoForm | AlteracaoDaRespostaForm
    if publicacao.abre:
        postas = etiquetas_do_topico(topico)
        inicial = presenters.inicial_da_alteracao(topico, publicacao.texto, [e.codigo for e in postas])
        form = AlteracaoDoTopicoForm(dados, initial=inicial, postas=postas, **_opcoes())
    else:
        form = AlteracaoDaRespostaForm(dados, initial={"texto": publicacao.texto})
    if form.is_valid():
        with erro_no_campo(form):
            topicos.alterar_publicacao(
                por=quem_pede(request), publicacao_id=publicacao.pk, texto=form.cleaned_data["texto"],
                escrito=form.escrito() if isinstance(form, AlteracaoDoTopicoForm) else None, declara=form.cleaned_data["declara"],
            )  # fmt: skip
            return HttpResponseRedirect(reverse("participen:publicacao", args=[publicacao.pk]))
    contexto = {"form": form, "topico": topico, "titulo": "Alterar o que escrevi", "botao_de_enviar": "Guardar", "acao": ""}
    return responder(request, "participen/escrever.jinja", contexto, errado=bool(form.errors))


@require_safe
@exige_entrada
def historico(request: HttpRequest, publicacao_id: UUID) -> HttpResponse:
    """Como a publicação era; só para quem a escreveu e a moderação."""
    publicacao = consultar_publicacao(publicacao_id, para=request.user)
    contexto = {"topico": publicacao.topico, "versoes": versoes_da_publicacao(publicacao, para=request.user)}
    return responder(request, "participen/historico.jinja", contexto)


@require_POST
@exige_entrada
def ajudou(request: HttpRequest, publicacao_id: UUID) -> HttpResponse:
    """Diz que a resposta ajudou, ou deixa de dizer."""
    sim = not request.POST.get("desfazer")
    topicos.dizer_que_ajudou(por=quem_pede(request), publicacao_id=publicacao_id, ajudou=sim)
    return HttpResponseRedirect(reverse("participen:publicacao", args=[publicacao_id]))


@require_POST
@exige_entrada
def solucao(request: HttpRequest, publicacao_id: UUID) -> HttpResponse:
    """Diz que a resposta resolveu, ou deixa de dizer."""
    sim = not request.POST.get("desfazer")
    topicos.marcar_solucao(por=quem_pede(request), publicacao_id=publicacao_id, marcar=sim)
    return HttpResponseRedirect(reverse("participen:publicacao", args=[publicacao_id]))


def _achados(request: HttpRequest, busca: BuscaPrevia) -> HttpResponse:
    form = PalavrasForm(initial={"palavras": busca.palavras})
    return responder(request, "participen/novo.jinja", {"form": form, "busca": busca})


def _escrever(request: HttpRequest) -> HttpResponse:
    """O formulário vazio, para quem acaba de buscar; o título começa com o que a pessoa buscou."""
    prova, palavras = request.POST.get("prova", ""), request.POST.get("palavras", "")
    form = PalavrasForm({"palavras": palavras})
    if form.is_valid():
        with erro_no_campo(form, "palavras"):
            conferir_busca(por=quem_pede(request), prova=prova, palavras=palavras)
            inicial = {"prova": prova, "palavras": palavras, "titulo": palavras[:1].upper() + palavras[1:]}
            return _formulario(request, TopicoNovoForm(initial=inicial, **_opcoes()))
    return responder(request, "participen/novo.jinja", {"form": form, "busca": None}, errado=True)


def _publicar(request: HttpRequest) -> HttpResponse:
    form = TopicoNovoForm(request.POST, **_opcoes())
    if form.is_valid():
        with erro_no_campo(form):
            dados = form.cleaned_data
            topico = topicos.abrir_topico(
                por=quem_pede(request), categoria=dados["categoria"], escrito=form.escrito(), prova=dados["prova"],
                palavras=dados["palavras"], declara=dados["declara"],
            )  # fmt: skip
            return HttpResponseRedirect(reverse("participen:topico", args=[topico.pk]))
    return _formulario(request, form)


def _formulario(request: HttpRequest, form: TopicoNovoForm) -> HttpResponse:
    contexto = {
        "form": form,
        "topico": None,
        "titulo": "Escrever um tópico",
        "botao_de_enviar": "Publicar",
        "acao": "publicar",
    }
    return responder(request, "participen/escrever.jinja", contexto, errado=bool(form.errors))


def _opcoes() -> dict[str, Any]:
    return {"categorias": list(categorias_ativas()), "grupos": etiquetas_por_grupo()}
