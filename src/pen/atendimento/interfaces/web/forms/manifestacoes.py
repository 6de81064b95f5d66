"""Avaliações, e sugestões, reclamações e elogios."""

from typing import Any
from uuid import uuid4

from django import forms

from pen.atendimento.enums import (
    EspecieDeManifestacao,
    SituacaoDaManifestacao,
)
from pen.atendimento.interfaces.web.forms.comum import dar_opcoes
from pen.atendimento.models import Chamado
from pen.atendimento.services.avaliacoes import COMENTARIO_MAXIMO
from pen.atendimento.services.manifestacoes import TEXTO_MAXIMO as MANIFESTACAO_MAXIMA
from pen.atendimento.services.manifestacoes import ManifestacaoNova
from pen.conhecimento.public import Produto
from pen.designsys.forms import FormularioBase


class AvaliacaoForm(FormularioBase, forms.Form):
    """O que se achou de um encerramento."""

    nota = forms.TypedChoiceField(
        label="Como foi o atendimento?", coerce=int, widget=forms.RadioSelect,
        choices=[(5, "5 – muito bom"), (4, "4 – bom"), (3, "3 – regular"), (2, "2 – ruim"), (1, "1 – muito ruim")],
        error_messages={"required": "Escolha uma nota."},
    )  # fmt: skip
    resolveu = forms.TypedChoiceField(
        label="Resolveu o que você precisava?", required=False, widget=forms.RadioSelect, empty_value=None,
        choices=[("True", "Sim"), ("False", "Não")], coerce=lambda texto: texto == "True",
    )  # fmt: skip
    comentario = forms.CharField(
        label="Quer contar algo mais?", required=False, max_length=COMENTARIO_MAXIMO, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Sem senhas, CPFs nem nomes de pessoas.",
    )  # fmt: skip


class ManifestacaoForm(FormularioBase, forms.Form):
    """Uma sugestão, reclamação ou elogio."""

    envio = forms.UUIDField(widget=forms.HiddenInput)
    especie = forms.ChoiceField(
        label="O que você quer fazer", choices=EspecieDeManifestacao.choices, widget=forms.RadioSelect,
        error_messages={"required": "Escolha uma."},
    )  # fmt: skip
    produto = forms.ChoiceField(label="Sobre que produto", required=False)
    texto = forms.CharField(
        label="Conte", max_length=MANIFESTACAO_MAXIMA, widget=forms.Textarea(attrs={"rows": 8}),
        help_text="Sem senhas, CPFs nem dados de outras pessoas.", error_messages={"required": "Escreva o que você quer dizer."},
    )  # fmt: skip

    def __init__(self, *partes: Any, produtos: list[Produto], **opcoes: Any) -> None:
        opcoes.setdefault("initial", {}).setdefault("envio", uuid4())
        super().__init__(*partes, **opcoes)
        self.produtos = {p.codigo: p for p in produtos}
        dar_opcoes(self, "produto", [("", "Nenhum em particular"), *((p.codigo, p.nome) for p in produtos)])

    def nova(self, chamado: Chamado | None) -> ManifestacaoNova:
        """O que o serviço pede; só depois de ``is_valid``."""
        dados = self.cleaned_data
        return ManifestacaoNova(
            dados["envio"],
            EspecieDeManifestacao(dados["especie"]),
            dados["texto"],
            self.produtos.get(dados["produto"]),
            chamado,
        )


class TratamentoForm(FormularioBase, forms.Form):
    """A resposta da equipe central."""

    resposta = forms.CharField(
        label="Resposta", max_length=MANIFESTACAO_MAXIMA, widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": "Escreva a resposta."},
    )  # fmt: skip
    a_ouvidoria = forms.BooleanField(label="É com a ouvidoria: diga por quê na resposta", required=False)


class FiltroDeManifestacaoForm(FormularioBase, forms.Form):
    """O que se quer ver das manifestações."""

    especie = forms.ChoiceField(label="Espécie", required=False, choices=[("", "Todas"), *EspecieDeManifestacao.choices])
    situacao = forms.ChoiceField(label="Situação", required=False, choices=[("", "Todas"), *SituacaoDaManifestacao.choices])
