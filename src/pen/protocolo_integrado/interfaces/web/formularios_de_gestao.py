"""Os formulários do Monitor e do painel: do que a pessoa escolheu aos filtros do domínio. Tudo é GET."""

from typing import Any

from django import forms

from pen.designsys.forms import FormularioBase
from pen.identidade.public import Ambiente, Esfera, OrgaoNaoEncontrado, Poder, achar_orgao
from pen.protocolo_integrado.selectors.monitor import FiltrosDeRemessas
from pen.protocolo_integrado.selectors.painel import FiltrosDoPainel, PeriodoInvalido, filtros_do_painel

TODOS = ("", "Todos")


def _data(rotulo: str) -> forms.DateField:
    return forms.DateField(label=rotulo, required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))


class RemessasForm(FormularioBase, forms.Form):
    """Que remessas listar; vazio, todas."""

    desde = _data("Recebidas desde")
    ate = _data("Recebidas até")
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


class PainelForm(FormularioBase, forms.Form):
    """O recorte das consultas gerenciais; vazio, os últimos 30 dias de todos."""

    esfera = forms.ChoiceField(label="Esfera", required=False, choices=[("", "Todas"), *Esfera.choices])
    poder = forms.ChoiceField(label="Poder", required=False, choices=[TODOS, *Poder.choices])
    orgao = forms.CharField(label="Órgão", required=False, max_length=200, help_text="Sigla, código ou nome. Exemplo: ANTT")
    especie = forms.CharField(
        label="Espécie", required=False, max_length=60, help_text="Só muda «documentos novos por espécie»."
    )
    desde = _data("Desde")
    ate = _data("Até")
    agrupar = forms.ChoiceField(
        label="Agrupar por", required=False, choices=[("", "Conforme o período"), ("dia", "Dia"), ("mes", "Mês")]
    )

    def clean_orgao(self) -> str:
        """Guarda o órgão achado em ``orgao_id``; o campo continua com o que a pessoa escreveu."""
        texto: str = self.cleaned_data["orgao"]
        self.orgao_id = None
        if texto:
            try:
                self.orgao_id = achar_orgao(texto).pk
            except OrgaoNaoEncontrado as erro:
                raise forms.ValidationError(erro.mensagem) from None
        return texto

    def clean(self) -> dict[str, Any]:
        """O período precisa fazer sentido; guarda os filtros do domínio em ``filtros``."""
        dados = super().clean() or {}
        if not self.errors:
            try:
                self.filtros: FiltrosDoPainel = filtros_do_painel(
                    dados["desde"], dados["ate"], esfera=Esfera(dados["esfera"]) if dados["esfera"] else None,
                    poder=Poder(dados["poder"]) if dados["poder"] else None, orgao_id=self.orgao_id,
                    especie=dados["especie"], agrupar=dados["agrupar"],
                )  # fmt: skip
            except PeriodoInvalido as erro:
                self.add_error("ate", erro.mensagem)
        return dados
