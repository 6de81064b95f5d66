"""O formulário de um webhook novo."""

from typing import Any

from django import forms

from pen.atendimento.enums import Passo
from pen.atendimento.interfaces.web.forms.comum import dar_opcoes
from pen.atendimento.models import Equipe
from pen.comum.saida import ENDERECO_MAXIMO
from pen.designsys.forms import FormularioBase


class WebhookForm(FormularioBase, forms.Form):
    """Para onde, de que chamados, e que passos."""

    endereco = forms.CharField(
        label="Endereço", max_length=ENDERECO_MAXIMO, help_text="Exemplo: https://sistema.orgao.gov.br/avisos",
        widget=forms.URLInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": "Informe o endereço do seu sistema."},
    )  # fmt: skip
    equipe = forms.ChoiceField(label="De que chamados", required=False)
    eventos = forms.MultipleChoiceField(
        label="Que passos", required=False, help_text="Sem marcar nenhum, todos.", widget=forms.CheckboxSelectMultiple,
        choices=[(p.value, p.label[:1].upper() + p.label[1:]) for p in Passo],
    )  # fmt: skip

    def __init__(self, *partes: Any, equipes: list[Equipe], **opcoes: Any) -> None:
        super().__init__(*partes, **opcoes)
        das_equipes = [(str(e.pk), f"Os da equipe {e.nome}") for e in equipes]
        dar_opcoes(self, "equipe", [("", "Os que abri ou sigo"), *das_equipes])
        if not equipes:
            del self.fields["equipe"]
