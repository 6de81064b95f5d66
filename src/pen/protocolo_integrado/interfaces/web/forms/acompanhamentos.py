from django import forms

from pen.designsys.forms import FormularioBase


class AcompanharForm(FormularioBase, forms.Form):
    numero = forms.CharField(
        label="Número do processo",
        max_length=100,
        help_text="Com ou sem pontos. Pode ser um que ainda não chegou: avisamos quando chegar.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": "Digite o número do processo."},
    )
