"""Quem atende, como se distribui, e a política de silêncio."""

from typing import Any

from django import forms

from pen.atendimento.enums import (
    Distribuicao,
    Relogio,
)
from pen.atendimento.interfaces.web.forms.comum import dar_opcoes
from pen.atendimento.models import Equipe
from pen.atendimento.values.silencio import Politica
from pen.designsys.forms import FormularioBase


class IntegranteForm(FormularioBase, forms.Form):
    """Quem passa a atender, e em que equipe."""

    equipe = forms.ChoiceField(label="Equipe", error_messages={"required": "Escolha a equipe."})
    cpf = forms.CharField(
        label="CPF da pessoa", max_length=20,
        help_text="Ela atende quando entrar com uma conta gov.br prata ou ouro, ou com o segundo fator.",
        error_messages={"required": "Informe o CPF."},
    )  # fmt: skip
    coordena = forms.BooleanField(label="Coordena a equipe", required=False)

    def __init__(self, *partes: Any, equipes: list[Equipe], **opcoes: Any) -> None:
        super().__init__(*partes, **opcoes)
        dar_opcoes(self, "equipe", [(str(e.pk), e.nome) for e in equipes])


class DistribuicaoForm(FormularioBase, forms.Form):
    """Como os chamados que chegam a uma equipe acham atendente."""

    distribuicao = forms.ChoiceField(label="Quem atende o que chega", choices=Distribuicao.choices)


class PoliticaForm(FormularioBase, forms.Form):
    """A política de silêncio que se simula ou adota."""

    relogio = forms.ChoiceField(label="As horas são", choices=Relogio.choices)
    horas = forms.IntegerField(
        label="Horas de silêncio até encerrar", min_value=1, error_messages={"required": "Informe as horas."}
    )
    lembretes = forms.CharField(
        label="Lembretes", max_length=60, help_text="Com quantas horas de silêncio, em ordem. Exemplo: 24, 48",
        error_messages={"required": "Informe os lembretes."},
    )  # fmt: skip
    horas_de_reabertura = forms.IntegerField(
        label="Horas para reabrir", min_value=0, error_messages={"required": "Informe as horas para reabrir."}
    )

    def clean_lembretes(self) -> tuple[int, ...]:
        """As horas, como números."""
        partes = [parte.strip() for parte in self.cleaned_data["lembretes"].split(",")]
        if not all(p.isascii() and p.isdecimal() and len(p) <= 5 for p in partes):
            raise forms.ValidationError("Escreva números de horas separados por vírgula.")
        return tuple(int(p) for p in partes)

    def politica(self) -> Politica:
        """O que o serviço pede; só depois de ``is_valid``."""
        dados = self.cleaned_data
        return Politica(Relogio(dados["relogio"]), dados["horas"], dados["lembretes"])
