"""O que os formulários da Central dividem."""

from django import forms
from django.http import HttpRequest

from pen.atendimento.values.anexos import ANEXO_MAXIMO, limpar_nome
from pen.comum.envio import arquivos_pulados


def dar_opcoes(form: forms.Form, nome: str, opcoes: list[tuple[str, str]]) -> None:
    """Dá ao campo de escolha as opções que só se sabem na hora: (valor, o que se lê)."""
    campo = form.fields[nome]
    assert isinstance(campo, forms.ChoiceField)
    campo.choices = opcoes


def contar_pulados(request: HttpRequest, form: forms.Form) -> None:
    """Diz no formulário que arquivos passaram do limite e não chegaram."""
    for nome in arquivos_pulados(request):
        form.add_error(None, f"«{limpar_nome(nome)}» passa de {ANEXO_MAXIMO // 2**20} MB, ou o envio todo passa do limite.")
