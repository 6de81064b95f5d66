"""O recorte das consultas gerenciais: do que a pessoa escolheu aos filtros do domínio."""

from typing import Any

from django import forms

from pen.designsys.forms import AchadoField, DataField, FormularioBase
from pen.identidade.public import Esfera, Poder, achar_orgao
from pen.protocolo_integrado.errors import PeriodoInvalido
from pen.protocolo_integrado.selectors.painel import FiltrosDoPainel, filtros_do_painel

TODOS = ("", "Todos")


class PainelForm(FormularioBase, forms.Form):
    """O recorte das consultas gerenciais; vazio, os últimos 30 dias de todos."""

    esfera = forms.ChoiceField(label="Esfera", required=False, choices=[("", "Todas"), *Esfera.choices])
    poder = forms.ChoiceField(label="Poder", required=False, choices=[TODOS, *Poder.choices])
    orgao = AchadoField(
        achar_orgao, label="Órgão", required=False, max_length=200, help_text="Sigla, código ou nome. Exemplo: ANTT"
    )
    especie = forms.CharField(
        label="Espécie", required=False, max_length=60, help_text="Só muda «documentos novos por espécie»."
    )
    desde = DataField(label="Desde", required=False)
    ate = DataField(label="Até", required=False)
    agrupar = forms.ChoiceField(
        label="Agrupar por", required=False, choices=[("", "Conforme o período"), ("dia", "Dia"), ("mes", "Mês")]
    )

    def clean(self) -> dict[str, Any]:
        """O período precisa fazer sentido; guarda os filtros do domínio em ``filtros``."""
        dados = super().clean() or {}
        if not self.errors:
            try:
                self.filtros: FiltrosDoPainel = filtros_do_painel(
                    dados["desde"], dados["ate"], esfera=Esfera(dados["esfera"]) if dados["esfera"] else None,
                    poder=Poder(dados["poder"]) if dados["poder"] else None, orgao_id=dados["orgao"] and dados["orgao"].pk,
                    especie=dados["especie"], agrupar=dados["agrupar"],
                )  # fmt: skip
            except PeriodoInvalido as erro:
                self.add_error("ate", erro.mensagem)
        return dados
