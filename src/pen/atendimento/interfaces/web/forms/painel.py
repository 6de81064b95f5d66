"""De que período são os números do painel."""

from typing import Any

from django import forms

from pen.atendimento.selectors.painel import DIAS_MAXIMO
from pen.designsys.forms import DataField, FormularioBase


class PeriodoForm(FormularioBase, forms.Form):
    """De que dia a que dia, em Brasília."""

    desde = DataField(label="Abertos desde", error_messages={"required": "Informe o dia."})
    ate = DataField(label="Abertos até", error_messages={"required": "Informe o dia."})

    def clean(self) -> dict[str, Any]:
        """O período não termina antes de começar, e não passa de um ano."""
        dados: dict[str, Any] = super().clean() or {}
        if not self.errors and not 0 <= (dados["ate"] - dados["desde"]).days <= DIAS_MAXIMO:
            self.add_error("ate", "O período vai de um dia a um ano, e não termina antes de começar.")
        return dados
