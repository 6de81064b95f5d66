"""O formulário da auditoria: do que a pessoa escolheu aos filtros."""

from typing import Any

from django import forms

from pen.auditoria.values import FRASES_POR_GRUPO, FiltrosDeAtos
from pen.designsys.forms import AchadoField, DataField, FormularioBase
from pen.identidade.public import achar_orgao

ESCOLHAS = [("", "Todos"), *((grupo, list(frases.items())) for grupo, frases in FRASES_POR_GRUPO.items())]


class AtosForm(FormularioBase, forms.Form):
    """Nenhum campo é obrigatório; vazio, mostra tudo o que a pessoa pode ver."""

    ato = forms.ChoiceField(label="O que houve", required=False, choices=ESCOLHAS)
    orgao = AchadoField(
        achar_orgao, label="Órgão", required=False, max_length=200, help_text="Sigla, código ou nome. Exemplo: ANTT"
    )
    desde = DataField(label="Desde", required=False)
    ate = DataField(label="Até", required=False)
    minhas = forms.BooleanField(label="Só as minhas ações", required=False)

    def clean(self) -> dict[str, Any]:
        """O período precisa fazer sentido."""
        dados = super().clean() or {}
        if (desde := dados.get("desde")) and (ate := dados.get("ate")) and desde > ate:
            self.add_error("ate", "Esta data vem antes de «Desde».")
        return dados

    def filtros(self) -> FiltrosDeAtos:
        """Os filtros do domínio; só depois de ``is_valid``."""
        dados = self.cleaned_data
        return FiltrosDeAtos(
            ato=dados["ato"],
            orgao_id=dados["orgao"] and dados["orgao"].pk,
            so_meus=dados["minhas"],
            desde=dados["desde"],
            ate=dados["ate"],
        )
