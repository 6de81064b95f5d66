"""O formulário da consulta: do que a pessoa digitou aos filtros do domínio."""

import re
from typing import Any

from django import forms

from pen.designsys.forms import AchadoField, DataField, FormularioBase
from pen.identidade.public import achar_orgao
from pen.protocolo_integrado.values import FiltrosDeBusca

# O que identifica pessoas não vai em claro para o endereço da página.
CAMPOS_ABERTOS = ("orgao", "especie", "desde", "ate")


class ConsultaForm(FormularioBase, forms.Form):
    """Busca simples (``q``) e avançada (as demais), combinadas. Nenhum campo é obrigatório sozinho."""

    q = forms.CharField(
        label="Número do processo ou palavras", required=False, max_length=200, strip=True,
        help_text="Com ou sem pontos. Com várias palavras, todas precisam aparecer; use OU para alternativas.",
    )  # fmt: skip
    interessado = forms.CharField(label="Nome do interessado", required=False, max_length=200)
    documento = forms.CharField(
        label="CPF ou CNPJ do interessado", required=False, max_length=20,
        help_text="Só encontra quando o órgão informou o documento. O número não é guardado nem aparece no endereço.",
    )  # fmt: skip
    assunto = forms.CharField(label="Palavras do assunto", required=False, max_length=200)
    orgao = AchadoField(
        achar_orgao, label="Órgão", required=False, max_length=200, help_text="Sigla, código ou nome. Exemplo: ANTT"
    )
    especie = forms.CharField(label="Tipo", required=False, max_length=100, help_text="Exemplo: Processo")
    desde = DataField(label="Produzido desde", required=False)
    ate = DataField(label="Produzido até", required=False)

    def clean_documento(self) -> str:
        """CPF ou CNPJ só com algarismos (e letras, no CNPJ novo)."""
        return re.sub(r"[^0-9A-Z]", "", self.cleaned_data["documento"].upper())

    def clean(self) -> dict[str, Any]:
        """O período precisa fazer sentido, e alguma coisa precisa ser buscada."""
        dados = super().clean() or {}
        if (desde := dados.get("desde")) and (ate := dados.get("ate")) and desde > ate:
            self.add_error("ate", "Esta data vem antes de «Produzido desde».")
        if not self.errors and not any(dados.values()):
            self.add_error("q", "Digite um número de processo, ou preencha algum campo da busca avançada.")
        return dados

    def filtros(self) -> FiltrosDeBusca:
        """Os filtros do domínio; só depois de ``is_valid``."""
        dados = self.cleaned_data
        return FiltrosDeBusca(
            palavras=dados["q"], assunto=dados["assunto"], interessado=dados["interessado"], documento=dados["documento"],
            especie=dados["especie"], orgao_id=dados["orgao"] and dados["orgao"].pk, desde=dados["desde"], ate=dados["ate"],
        )  # fmt: skip

    def preenchidos(self) -> dict[str, str]:
        """O que foi digitado, sem os vazios, como veio."""
        return {nome: valor for nome in self.fields if (valor := str(self.data.get(nome) or "").strip())}

    def avancada(self) -> bool:
        """Se algum campo além do principal foi usado."""
        return bool(self.preenchidos().keys() - {"q"})
