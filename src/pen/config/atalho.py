"""O atalho das duas leituras mais pedidas: a página e o JSON de um processo, por quem não tem sessão.

A view é a mesma. O que se pula é o que existe para quem tem sessão, manda formulário ou erra o endereço: os middlewares do Django,
a procura do endereço e o ninja, que custavam mais que ela. O que não for uma resposta pronta volta ao Django, que a faz do começo.
"""

import re
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.handlers.wsgi import WSGIRequest
from django.db import close_old_connections
from django.http import HttpResponse
from django.urls import resolve

from pen.comum.cabecalhos import politica_de_conteudo, proteger
from pen.comum.registro import acabar_pedido, comecar_pedido
from pen.comum.vez import lugares
from pen.config.api import so_a_leitura
from pen.protocolo_integrado.interfaces.rest.publica import consultar
from pen.protocolo_integrado.interfaces.web.views.processos import processo

View = Callable[..., HttpResponse]
Aplicacao = Callable[[dict[str, Any], Any], Iterable[bytes]]  # WSGI (PEP 3333)

_NUMERO = r"([0-9A-Z./-]{1,100})"
_LEITURAS = {"/api/v1/processos/{}": (re.compile(rf"/api/v1/processos/{_NUMERO}"), so_a_leitura(consultar)),
             "/protocolo/processos/{}/": (re.compile(rf"/protocolo/processos/{_NUMERO}/"), processo)}  # fmt: skip
_COM_O_DJANGO = ("QUERY_STRING", "HTTP_COOKIE", "HTTP_AUTHORIZATION")  # quem traz um deles


class Atalho:
    """A aplicação WSGI, com o atalho antes dela."""

    def __init__(self, django: Aplicacao) -> None:
        self.django = django

    def __call__(self, ambiente: dict[str, Any], comecar: Any) -> Iterable[bytes]:
        resposta = self._ler(ambiente)
        if resposta is None:
            return self.django(ambiente, comecar)
        comecar(f"{resposta.status_code} {resposta.reason_phrase}", list(resposta.items()))
        return [resposta.content]

    def _ler(self, ambiente: dict[str, Any]) -> HttpResponse | None:
        """A resposta, ou nada se o pedido é para o Django."""
        if ambiente["REQUEST_METHOD"] != "GET" or any(ambiente.get(nome) for nome in _COM_O_DJANGO):
            return None
        for endereco, (escrito, view) in _LEITURAS.items():
            if achado := escrito.fullmatch(ambiente["PATH_INFO"]):
                return self._responder(ambiente, view, self._rotas[endereco], achado[1])
        return None

    def _responder(self, ambiente: dict[str, Any], view: View, rota: str, numero: str) -> HttpResponse | None:
        inicio = comecar_pedido()
        request = WSGIRequest(ambiente)
        request.user = AnonymousUser()
        try:
            request.get_host()
            with lugares:
                resposta = view(request, numero=numero)
        except Exception:  # seja o que for, o Django o encontra de novo e sabe o que dizer
            return None
        finally:
            close_old_connections()
        resposta.headers.setdefault("Content-Length", str(len(resposta.content)))
        proteger(resposta, self._politica)
        acabar_pedido(resposta, rota, "GET", inicio)
        return resposta

    @cached_property
    def _rotas(self) -> dict[str, str]:
        """O nome da rota de cada leitura, que vai no log."""
        return {endereco: resolve(endereco.format("0")).view_name for endereco in _LEITURAS}

    @cached_property
    def _politica(self) -> str:
        return politica_de_conteudo()
