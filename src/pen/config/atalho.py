"""O atalho das duas leituras mais pedidas: a página e o JSON de um processo, por quem não tem sessão.

A view é a mesma. O que se pula é o que existe para quem tem sessão, manda formulário ou erra o endereço: os middlewares do Django,
a procura do endereço e o ninja, que custavam mais que ela. O que não for uma resposta pronta volta ao Django, que a faz do começo.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.handlers.wsgi import WSGIRequest
from django.db import close_old_connections
from django.http import HttpResponse, QueryDict
from django.urls import resolve

from pen.comum.cabecalhos import cabecalhos_que_faltam, politica_de_conteudo
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
_COM_O_DJANGO = ("QUERY_STRING", "HTTP_COOKIE", "HTTP_AUTHORIZATION", "SCRIPT_NAME")  # quem traz um deles
_ANONIMO = AnonymousUser()
_HOSTS_LEMBRADOS = 100


class _Pedido(WSGIRequest):
    """O pedido do Django de um GET sem corpo, consulta nem cookies, de endereço já conferido: só o que as leituras olham."""

    GET = QueryDict("")
    COOKIES: Mapping[str, str] = MappingProxyType({})  # type: ignore[assignment]

    def __init__(self, ambiente: dict[str, Any]) -> None:
        self.environ = self.META = ambiente
        self.path = self.path_info = ambiente["PATH_INFO"]
        self.method = "GET"
        self.user = _ANONIMO
        self.resolver_match = None

    def get_full_path(self, force_append_slash: bool = False) -> str:
        """O endereço, que não tem consulta nem o que escapar."""
        return self.path


class Atalho:
    """A aplicação WSGI, com o atalho antes dela."""

    def __init__(self, django: Aplicacao) -> None:
        self.django = django
        self._hosts: set[str | None] = set()  # os que já se conferiram e servem

    def __call__(self, ambiente: dict[str, Any], comecar: Any) -> Iterable[bytes]:
        if achado := self._achar(ambiente):
            endereco, view, numero = achado
            inicio = comecar_pedido()
            if (resposta := self._ler(ambiente, view, numero)) is not None:
                situacao, corpo = resposta.status_code, resposta.content
                pedido = acabar_pedido(situacao, self._rotas[endereco], "GET", inicio)
                faltam = cabecalhos_que_faltam(resposta, self._politica)
                cabecalhos = [*resposta.items(), *faltam, ("X-Pedido", pedido)]
                if "Content-Length" not in resposta.headers:
                    cabecalhos.append(("Content-Length", str(len(corpo))))
                comecar(f"{situacao} {resposta.reason_phrase}", cabecalhos)
                return [corpo]
        return self.django(ambiente, comecar)

    def _achar(self, ambiente: dict[str, Any]) -> tuple[str, View, str] | None:
        """O endereço, a view e o número que se pede, ou nada se o pedido é para o Django."""
        if ambiente["REQUEST_METHOD"] != "GET" or any(map(ambiente.get, _COM_O_DJANGO)):
            return None
        for endereco, (escrito, view) in _LEITURAS.items():
            if achado := escrito.fullmatch(ambiente["PATH_INFO"]):
                return endereco, view, achado[1]
        return None

    def _ler(self, ambiente: dict[str, Any], view: View, numero: str) -> HttpResponse | None:
        """A resposta, ou nada se é o Django quem deve dá-la."""
        request = _Pedido(ambiente)
        try:
            self._conferir_host(request)
            with lugares:
                return view(request, numero=numero)
        except Exception:  # seja o que for, o Django o encontra de novo e sabe o que dizer
            return None
        finally:
            close_old_connections()

    def _conferir_host(self, request: WSGIRequest) -> None:
        """Levanta ``DisallowedHost``, como o Django."""
        host = request.META.get("HTTP_HOST")
        if host not in self._hosts:
            request.get_host()
            if host and len(self._hosts) < _HOSTS_LEMBRADOS:
                self._hosts.add(host)

    @cached_property
    def _rotas(self) -> dict[str, str]:
        """O nome da rota de cada leitura, que vai no log."""
        return {endereco: resolve(endereco.format("0")).view_name for endereco in _LEITURAS}

    @cached_property
    def _politica(self) -> str:
        return politica_de_conteudo()
