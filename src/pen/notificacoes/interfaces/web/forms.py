"""O formulário das preferências: só mostra os canais que a instalação tem."""

import re
from typing import Any

from django import forms

from pen.designsys.forms import FormularioBase
from pen.notificacoes.canais.push import Push
from pen.notificacoes.canais.webhook import Webhook
from pen.notificacoes.enums import Frequencia
from pen.notificacoes.models import Preferencias

CAMPOS = ("frequencia", "correio", "push", "webhook", "telefone")


class PreferenciasForm(FormularioBase, forms.Form):
    """Quando e por onde receber."""

    frequencia = forms.ChoiceField(label="Quando receber", choices=Frequencia.choices, widget=forms.RadioSelect)
    correio = forms.BooleanField(label="Por e-mail", required=False)
    push = forms.BooleanField(label="Nos navegadores que liguei abaixo", required=False)
    webhook = forms.BooleanField(label="No telefone, por mensagem", required=False)
    telefone = forms.CharField(
        label="Telefone", required=False, max_length=30, help_text="Com o código do país e o DDD. Exemplo: +55 61 99999-8888",
        widget=forms.TextInput({"type": "tel", "autocomplete": "tel"}),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, de: Preferencias) -> None:
        super().__init__(data, initial={campo: getattr(de, campo) for campo in CAMPOS})
        if not Push.ligado():
            del self.fields["push"]
        if not Webhook.ligado():
            del self.fields["webhook"], self.fields["telefone"]

    def clean_telefone(self) -> str:
        """Só o ``+`` e os algarismos; o número brasileiro sem código do país ganha o nosso."""
        telefone = re.sub(r"[\s().-]", "", self.cleaned_data["telefone"])
        return f"+55{telefone}" if re.fullmatch(r"[1-9][0-9]{9,10}", telefone) else telefone

    def escolhas(self) -> dict[str, Any]:
        """Os argumentos de ``alterar_preferencias``; só depois de ``is_valid``."""
        return dict(self.cleaned_data)
