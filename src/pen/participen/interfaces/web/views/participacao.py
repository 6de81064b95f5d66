"""O que é de quem participa: o que segue, o que escreveu, o que se decidiu disso; e denunciar."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pen.comum.errors import SemPermissao, conferir
from pen.comum.http import endereco_com, exige_entrada
from pen.designsys.forms import erro_no_campo
from pen.identidade.public import quem_pede
from pen.participen.enums import RitmoDeSeguir
from pen.participen.interfaces.web import presenters
from pen.participen.interfaces.web.forms import DenunciaForm, RecursoForm, SeguirForm
from pen.participen.interfaces.web.views.comum import achar_alvo, endereco_do_alvo, responder
from pen.participen.rules import pode_denunciar, pode_recorrer
from pen.participen.selectors.moderacao import consultar_decisao, decisoes_sobre_a_pessoa
from pen.participen.selectors.seguimento import seguimentos_da_pessoa
from pen.participen.selectors.topicos import consultar_publicacao, topicos_da_pessoa
from pen.participen.services import moderacao, seguimento


@require_POST
@exige_entrada
def seguir(request: HttpRequest, tipo: str, codigo: str) -> HttpResponse:
    """Segue a categoria, o tópico ou a etiqueta no ritmo pedido, ou deixa de seguir."""
    alvo, form = achar_alvo(tipo, codigo, para=request.user), SeguirForm(request.POST)
    if alvo is None or not form.is_valid():
        raise Http404
    if form.cleaned_data["ritmo"] == "deixar":
        seguimento.deixar_de_seguir(por=quem_pede(request), alvo=alvo)
    else:
        seguimento.seguir(por=quem_pede(request), alvo=alvo, ritmo=RitmoDeSeguir(form.cleaned_data["ritmo"]))
    de_la = request.POST.get("voltar") == "seguindo"
    return HttpResponseRedirect(reverse("participen:seguindo") if de_la else endereco_do_alvo(alvo) + "#seguir")


@require_safe
@exige_entrada
def seguindo(request: HttpRequest) -> HttpResponse:
    """O que a pessoa segue, com um formulário para mudar o ritmo de cada coisa."""
    seguidos = [presenters.seguido(s) for s in seguimentos_da_pessoa(quem_pede(request))]
    com_form = [(s, SeguirForm(initial={"ritmo": s.ritmo}, auto_id=f"seguir_{n}_%s")) for n, s in enumerate(seguidos)]
    return responder(request, "participen/seguindo.jinja", {"seguidos": com_form})


@require_safe
@exige_entrada
def minhas(request: HttpRequest) -> HttpResponse:
    """Os tópicos da pessoa, e o que a moderação decidiu do que ela escreveu."""
    eu = quem_pede(request)
    pagina = topicos_da_pessoa(eu, depois_de=request.GET.get("pagina", ""))
    contexto = {
        "topicos": pagina.itens, "proxima": endereco_com(request, pagina=pagina.proxima) if pagina.proxima else "",
        "primeira": "pagina" not in request.GET, "decisoes": decisoes_sobre_a_pessoa(eu), "eu": eu.pk,
    }  # fmt: skip
    return responder(request, "participen/minhas.jinja", contexto)


@require_http_methods(["GET", "POST"])
@exige_entrada
def denunciar(request: HttpRequest, publicacao_id: UUID) -> HttpResponse:
    """Diz à moderação que regra a publicação fere."""
    publicacao = consultar_publicacao(publicacao_id, para=request.user)
    conferir(pode_denunciar(request.user, publicacao), SemPermissao("Só se denuncia o que outra pessoa publicou."))
    form = DenunciaForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with erro_no_campo(form):
            moderacao.denunciar(por=quem_pede(request), publicacao_id=publicacao.pk, **form.cleaned_data)
            return responder(request, "participen/denunciada.jinja", {"topico": publicacao.topico})
    contexto = {"form": form, "publicacao": publicacao, "topico": publicacao.topico}
    return responder(request, "participen/denunciar.jinja", contexto, errado=bool(form.errors))


@require_http_methods(["GET", "POST"])
@exige_entrada
def recorrer(request: HttpRequest, decisao_id: UUID) -> HttpResponse:
    """Pede que outra pessoa da moderação reveja a decisão."""
    decisao, recurso = consultar_decisao(decisao_id, para=request.user)
    conferir(pode_recorrer(request.user, decisao), SemPermissao("Desta decisão não cabe recurso seu."))
    form = RecursoForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with erro_no_campo(form):
            moderacao.recorrer(por=quem_pede(request), decisao_id=decisao.pk, **form.cleaned_data)
            return HttpResponseRedirect(reverse("participen:minhas") + "#decisoes")
    contexto = {"form": form, "decisao": decisao, "recurso": recurso, "eu": quem_pede(request).pk}
    return responder(request, "participen/recorrer.jinja", contexto, errado=bool(form.errors))
