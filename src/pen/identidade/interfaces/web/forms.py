from django import forms

from pen.designsys.forms import FormularioBase

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


class ExcluirContaForm(FormularioBase, forms.Form):
    confirmo = forms.BooleanField(
        label="Entendo que meus dados serão apagados e que isto não tem volta",
        error_messages={"required": "Marque que você entende, para excluir."},
    )
