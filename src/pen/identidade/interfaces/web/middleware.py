"""Diz, de cada pedido, se a pessoa entrou por um meio que basta para exercer papéis."""

from collections.abc import Callable
from datetime import datetime

from django.contrib.auth import get_user
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from pen.identidade.models import Pessoa

FORTE_ATE = "forte_ate"  # na sessão: instante ISO até quando a entrada vale como forte


class MiddlewareDeEntrada:
    """``request.user``, lido só se alguém o pedir, com ``entrada_forte`` conforme a sessão."""

    def __init__(self, seguinte: Callable[[HttpRequest], HttpResponse]) -> None:
        self.seguinte = seguinte

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.user = SimpleLazyObject(lambda: _quem_pede(request))  # type: ignore[assignment]
        return self.seguinte(request)


def _quem_pede(request: HttpRequest) -> Pessoa | AnonymousUser:
    pessoa = get_user(request)
    if isinstance(pessoa, Pessoa):
        ate = request.session.get(FORTE_ATE)
        pessoa.entrada_forte = ate is not None and timezone.now() < datetime.fromisoformat(ate)
    return pessoa
