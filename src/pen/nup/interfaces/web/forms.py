from django import forms

from pen.designsys.forms import FormularioBase


class NumeroForm(FormularioBase, forms.Form):
    """Um número de processo, do jeito que a pessoa o tem."""

    numero = forms.CharField(
        label="Número do processo", max_length=100,
        help_text="Com ou sem pontos, barra e traço. Exemplo: 50650.001658/2017-17",
        error_messages={"required": "Digite o número do processo."},
    )  # fmt: skip
