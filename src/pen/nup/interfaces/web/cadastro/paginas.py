"""O que as páginas do cadastro e da numeração repetem."""

from django import forms
from django.http import HttpRequest

from pen.comum.errors import ErroDeDominio
from pen.identidade.public import Pessoa


def quem_pede(request: HttpRequest) -> Pessoa:
    """A pessoa que entrou; só em páginas com ``exige_entrada``."""
    assert isinstance(request.user, Pessoa)
    return request.user


def com_erro(form: forms.Form, erro: ErroDeDominio) -> None:
    """Põe o erro ao lado do campo que ele cita em ``detalhes['campo']``, se o formulário o tem; senão, no resumo."""
    campo = erro.detalhes.get("campo")
    form.add_error(campo if isinstance(campo, str) and campo in form.fields else None, erro.mensagem)
