"""O filtro das remessas no Monitor: do que a pessoa escolheu aos filtros do domínio."""

from typing import Any

from django import forms

from pen.designsys.forms import DataField, FormularioBase
from pen.identidade.public import Ambiente
from pen.protocolo_integrado.selectors.monitor import FiltrosDeRemessas

TODOS = ("", "Todos")


class RemessasForm(FormularioBase, forms.Form):
    """Que remessas listar; vazio, todas."""

    desde = DataField(label="Recebidas desde", required=False)
    ate = DataField(label="Recebidas até", required=False)
    ambiente = forms.ChoiceField(label="Ambiente", required=False, choices=[TODOS, *Ambiente.choices])
    so_com_recusa = forms.BooleanField(label="Só as que têm documento recusado", required=False)

    def clean(self) -> dict[str, Any]:
        """O período precisa fazer sentido."""
        dados = super().clean() or {}
        if (desde := dados.get("desde")) and (ate := dados.get("ate")) and desde > ate:
            self.add_error("ate", "Esta data vem antes de «Recebidas desde».")
        return dados

    def filtros(self) -> FiltrosDeRemessas:
        """Os filtros do domínio; só depois de ``is_valid``."""
        dados = self.cleaned_data
        ambiente = Ambiente(dados["ambiente"]) if dados["ambiente"] else None
        return FiltrosDeRemessas(dados["desde"], dados["ate"], dados["so_com_recusa"], ambiente)
