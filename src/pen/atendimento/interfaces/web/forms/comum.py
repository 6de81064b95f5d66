"""O que os formulários da Central dividem."""

from typing import Any

from django import forms
from django.http import HttpRequest

from pen.atendimento.enums import EspecieDeCampo
from pen.atendimento.values.anexos import ANEXO_MAXIMO, limpar_nome
from pen.atendimento.values.formulario import Campo
from pen.comum.envio import arquivos_pulados
from pen.designsys.forms import DataField


def dar_opcoes(form: forms.Form, nome: str, opcoes: list[tuple[str, str]]) -> None:
    """Dá ao campo de escolha as opções que só se sabem na hora: (valor, o que se lê)."""
    campo = form.fields[nome]
    assert isinstance(campo, forms.ChoiceField)
    campo.choices = opcoes


def entrada_da_pergunta(campo: Campo) -> forms.Field:
    """Onde se responde a uma pergunta que a equipe central escreveu; limpa, ``str(valor or "")`` é a resposta."""
    comuns: dict[str, Any] = {
        "label": campo.rotulo, "help_text": campo.ajuda, "required": campo.obrigatorio,
        "error_messages": {"required": f"Preencha «{campo.rotulo}»."},
    }  # fmt: skip
    if campo.especie == EspecieDeCampo.ESCOLHA:
        return forms.ChoiceField(choices=[("", "Escolha"), *((o, o) for o in campo.opcoes)], **comuns)
    if campo.especie == EspecieDeCampo.DATA:
        return DataField(**comuns)
    if campo.especie == EspecieDeCampo.PARAGRAFO:
        return forms.CharField(max_length=campo.maximo, widget=forms.Textarea(attrs={"rows": 4}), **comuns)
    return forms.CharField(max_length=campo.maximo, **comuns)


def contar_pulados(request: HttpRequest, form: forms.Form) -> None:
    """Diz no formulário que arquivos passaram do limite e não chegaram."""
    for nome in arquivos_pulados(request):
        form.add_error(None, f"«{limpar_nome(nome)}» passa de {ANEXO_MAXIMO // 2**20} MB, ou o envio todo passa do limite.")
