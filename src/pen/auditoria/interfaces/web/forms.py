"""O formulário da auditoria: do que a pessoa escolheu aos filtros."""

from typing import Any

from django import forms

from pen.auditoria.values import FRASES_POR_GRUPO, FiltrosDeAtos
from pen.designsys.forms import FormularioBase
from pen.identidade.public import OrgaoNaoEncontrado, achar_orgao

ESCOLHAS = [("", "Todos"), *((grupo, list(frases.items())) for grupo, frases in FRASES_POR_GRUPO.items())]


class AtosForm(FormularioBase, forms.Form):
    """Nenhum campo é obrigatório; vazio, mostra tudo o que a pessoa pode ver."""

    ato = forms.ChoiceField(label="O que houve", required=False, choices=ESCOLHAS)
    orgao = forms.CharField(label="Órgão", required=False, max_length=200, help_text="Sigla, código ou nome. Exemplo: ANTT")
    desde = forms.DateField(label="Desde", required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    ate = forms.DateField(label="Até", required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    minhas = forms.BooleanField(label="Só as minhas ações", required=False)

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
        """O período precisa fazer sentido."""
        dados = super().clean() or {}
        if (desde := dados.get("desde")) and (ate := dados.get("ate")) and desde > ate:
            self.add_error("ate", "Esta data vem antes de «Desde».")
        return dados

    def filtros(self) -> FiltrosDeAtos:
        """Os filtros do domínio; só depois de ``is_valid``."""
        dados = self.cleaned_data
        return FiltrosDeAtos(
            ato=dados["ato"], orgao_id=self.orgao_id, so_meus=dados["minhas"], desde=dados["desde"], ate=dados["ate"]
        )
