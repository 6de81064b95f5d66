from django import forms

from pen.designsys.forms import FormularioBase
from pen.identidade.enums import Escopo
from pen.identidade.services.segundo_fator import MOTIVO_MAXIMO

CODIGO = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "maxlength": 11})


class EmailForm(FormularioBase, forms.Form):
    email = forms.EmailField(
        label="E-mail",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"required": "Informe seu e-mail.", "invalid": "Confira o e-mail: deve ser como nome@exemplo.com."},
    )


class CodigoForm(FormularioBase, forms.Form):
    codigo = forms.CharField(
        label="Código de 6 números", max_length=11, widget=CODIGO, error_messages={"required": "Digite o código."}
    )


class SegundoFatorForm(FormularioBase, forms.Form):
    codigo = forms.CharField(
        label="Código do aplicativo ou de reserva", max_length=20, help_text="O do aplicativo tem 6 números; o de reserva, 10.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
        error_messages={"required": "Digite o código."},
    )  # fmt: skip


class DesligarSegundoFatorForm(FormularioBase, forms.Form):
    quem = forms.CharField(
        label="CPF ou e-mail da pessoa", max_length=254, help_text="O e-mail da conta, para quem entra sem o gov.br.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": "Informe o CPF ou o e-mail."},
    )  # fmt: skip
    motivo = forms.CharField(
        label="Motivo", max_length=MOTIVO_MAXIMO, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Como você confirmou que é mesmo a pessoa. Fica na auditoria, e ela pode ler.",
        error_messages={
            "required": "Escreva o motivo: ele fica registrado.", "max_length": f"Escreva até {MOTIVO_MAXIMO} caracteres.",
        },
    )  # fmt: skip


class ExcluirContaForm(FormularioBase, forms.Form):
    confirmo = forms.BooleanField(
        label="Entendo que meus dados serão apagados e que isto não tem volta",
        error_messages={"required": "Marque que você entende, para excluir."},
    )


class ChaveForm(FormularioBase, forms.Form):
    """Uma chave de acesso nova."""

    nome = forms.CharField(
        label="Para que é",
        max_length=60,
        help_text="Exemplo: painel da equipe",
        error_messages={"required": "Dê um nome à chave."},
    )
    escopos = forms.MultipleChoiceField(
        label="O que pode fazer", choices=[(e.value, e.label.capitalize()) for e in Escopo], widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Escolha o que a chave pode fazer."},
    )  # fmt: skip
    dias = forms.ChoiceField(label="Vale por", choices=[("30", "30 dias"), ("90", "90 dias"), ("365", "um ano")])
