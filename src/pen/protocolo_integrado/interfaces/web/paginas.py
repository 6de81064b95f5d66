"""O que as páginas de quem entrou repetem: quem pede, o erro junto do campo, confirmar, e a página seguinte."""

from collections.abc import Iterator
from contextlib import contextmanager

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from pen.comum.errors import ErroDeDominio, SemPermissao
from pen.identidade.public import Pessoa


def quem_pede(request: HttpRequest) -> Pessoa:
    """A pessoa que entrou; só em páginas com ``exige_entrada``."""
    assert isinstance(request.user, Pessoa)
    return request.user


@contextmanager
def erro_no_campo(form: forms.Form, campo: str | None) -> Iterator[None]:
    """O erro de domínio do bloco aparece junto do campo (``None``: no resumo), e a página segue; quem não pode, não pode."""
    try:
        yield
    except SemPermissao:
        raise
    except ErroDeDominio as erro:
        form.add_error(campo, erro.mensagem)


def pedir_confirmacao(request: HttpRequest, *, titulo: str, texto: str, botao: str, voltar: str) -> HttpResponse:
    """A página que pergunta antes; o botão faz POST no mesmo endereço."""
    contexto = {"titulo": titulo, "texto": texto, "botao_de_fazer": botao, "voltar": voltar}
    return render(request, "protocolo_integrado/confirmar.jinja", contexto)


def endereco_da_pagina(request: HttpRequest, apos: str) -> str:
    """O mesmo endereço, com os mesmos filtros, na página que começa em ``apos`` (vazio: na primeira)."""
    consulta = request.GET.copy()
    consulta.pop("apos", None)
    if apos:
        consulta["apos"] = apos
    return f"?{consulta.urlencode()}" if consulta else request.path
