"""A caixa local da demonstração; fora dela, estes endereços não existem."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from pen.notificacoes.selectors.caixa import conteudo_da_mensagem, mensagem_da_caixa, mensagens_da_caixa


def _so_na_demonstracao(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def protegida(request: HttpRequest, *partes: Any, **nomeadas: Any) -> HttpResponse:
        if not settings.CAIXA_LOCAL:
            raise Http404
        return view(request, *partes, **nomeadas)

    return protegida


@never_cache
@require_safe
@_so_na_demonstracao
def caixa_local(request: HttpRequest) -> HttpResponse:
    """O que teria sido enviado, do mais novo ao mais antigo."""
    return render(request, "notificacoes/caixa.jinja", {"mensagens": mensagens_da_caixa()})


@never_cache
@require_safe
@_so_na_demonstracao
def mensagem(request: HttpRequest, mensagem_id: UUID) -> HttpResponse:
    """Uma mensagem em texto; o HTML de um e-mail não entra numa página nossa."""
    return render(request, "notificacoes/mensagem_da_caixa.jinja", {"m": mensagem_da_caixa(mensagem_id)})


@never_cache
@require_safe
@_so_na_demonstracao
def eml(request: HttpRequest, mensagem_id: UUID) -> HttpResponse:
    """A mensagem inteira, para abrir num programa de correio."""
    resposta = HttpResponse(conteudo_da_mensagem(mensagem_id), content_type="message/rfc822")
    resposta["Content-Disposition"] = f'attachment; filename="{mensagem_id}.eml"'
    return resposta
