"""A base dos formulários das páginas; a aparência está na macro ``campo``."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from pen.comum.errors import ErroDeDominio, SemPermissao


class FormularioBase:
    """Mistura para ``forms.Form``: quem confere e explica é o servidor, num resumo e ao lado de cada campo.

    Sem o atributo ``required`` o navegador não interrompe o envio com um aviso que some; a macro ``campo`` diz
    o que é opcional, e o Django liga ajuda e erro à entrada por ``aria-describedby``.
    """

    use_required_attribute = False


class DataField(forms.DateField):
    """Um dia, com o calendário do navegador."""

    def __init__(self, **opcoes: Any) -> None:
        super().__init__(widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"), **opcoes)


class AchadoField(forms.CharField):
    """O texto com que a pessoa se refere a uma coisa; limpo, é a coisa que ``achar`` devolve, ou ``None`` se vazio.

    O erro de ``achar`` (um ``ErroDeDominio``) aparece ao lado do campo, que continua com o que a pessoa escreveu.
    """

    def __init__(self, achar: Callable[[str], Any], **opcoes: Any) -> None:
        super().__init__(**opcoes)
        self.achar = achar

    def clean(self, value: Any) -> Any:
        """A coisa achada.

        Levanta:
            ValidationError: o texto não serve, ou não se acha nada com ele.
        """
        if not (texto := super().clean(value)):
            return None
        try:
            return self.achar(texto)
        except ErroDeDominio as erro:
            raise forms.ValidationError(erro.mensagem) from None


class _Varios(forms.ClearableFileInput):
    allow_multiple_selected = True


class VariosArquivosField(forms.FileField):
    """Vários arquivos de uma vez; limpo, a lista deles. O navegador sugere as extensões ``aceitos``; quem confere é o serviço."""

    def __init__(self, *, aceitos: Sequence[str] = (), required: bool = False, **opcoes: Any) -> None:
        atributos = {"accept": ",".join(aceitos)} if aceitos else {}
        super().__init__(required=required, widget=_Varios(attrs=atributos), **opcoes)

    def clean(self, data: Any, initial: Any = None) -> "list[UploadedFile[bytes]]":
        """Os arquivos, na ordem.

        Levanta:
            ValidationError: falta o que é obrigatório.
        """
        enviados = [a for a in (data if isinstance(data, list | tuple) else [data]) if a]
        if self.required and not enviados:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return enviados


@contextmanager
def erro_no_campo(form: forms.Form, campo: str | None = None) -> Iterator[None]:
    """O erro de domínio do bloco aparece na página, que segue com o que a pessoa escreveu.

    Fica ao lado do campo que ele cita em ``detalhes['campo']`` ou de ``campo``; sem nenhum dos dois no formulário, no resumo.

    Levanta:
        SemPermissao: não se corrige no formulário.
    """
    try:
        yield
    except SemPermissao:
        raise
    except ErroDeDominio as erro:
        nome = erro.detalhes.get("campo") or campo
        form.add_error(nome if isinstance(nome, str) and nome in form.fields else None, erro.mensagem)
