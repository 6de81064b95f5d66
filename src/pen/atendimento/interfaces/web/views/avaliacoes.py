"""A avaliação de um encerramento, por quem tem o endereço do e-mail: não precisa entrar."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_http_methods, require_safe

from pen.atendimento.interfaces.web.forms.manifestacoes import AvaliacaoForm
from pen.atendimento.selectors.avaliacoes import consultar_avaliacao
from pen.atendimento.services.avaliacoes import avaliar_encerramento
from pen.designsys.forms import erro_no_campo


@require_http_methods(["GET", "POST"])
def avaliar(request: HttpRequest, chave: str) -> HttpResponse:
    """A nota e o comentário; abrir a página não avalia nada, que antivírus também abrem endereços."""
    avaliacao = consultar_avaliacao(chave, agora=timezone.now())
    inicial = {"nota": avaliacao.nota, "resolveu": avaliacao.resolveu, "comentario": avaliacao.comentario}
    form = AvaliacaoForm(request.POST if request.method == "POST" else None, initial=inicial)
    if form.is_valid():
        with erro_no_campo(form):
            avaliar_encerramento(chave=chave, **form.cleaned_data)
            return HttpResponseRedirect(reverse("atendimento:avaliado", args=[chave]))
    contexto = {"avaliacao": avaliacao, "form": form}
    return _sem_guardar(render(request, "atendimento/avaliar.jinja", contexto, status=422 if form.errors else 200))


@require_safe
def agradecer(request: HttpRequest, chave: str) -> HttpResponse:
    """Depois de avaliar."""
    avaliacao = consultar_avaliacao(chave, agora=timezone.now())
    return _sem_guardar(render(request, "atendimento/avaliado.jinja", {"avaliacao": avaliacao}))


def _sem_guardar(resposta: HttpResponse) -> HttpResponse:
    add_never_cache_headers(resposta)
    resposta["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return resposta
