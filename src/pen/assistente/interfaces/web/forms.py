"""Os formulários do assistente."""

from collections.abc import Sequence
from typing import Any

from django import forms

from pen.assistente.models.conversa import PERGUNTA_MAXIMO
from pen.assistente.selectors.encaminhamento import ChamadoSugerido
from pen.conhecimento.public import EsferaDeAtendimento, Produto
from pen.designsys.forms import FormularioBase


class PerguntaForm(FormularioBase, forms.Form):
    """O que a pessoa pergunta; o produto, se ela acaba de escolher um."""

    pergunta = forms.CharField(
        label="Sua pergunta", max_length=PERGUNTA_MAXIMO, widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"}),
        help_text="Sem senhas, CPFs nem nomes de pessoas.",
        error_messages={"required": "Escreva a sua pergunta.", "max_length": "A pergunta passa de mil caracteres: encurte."},
    )  # fmt: skip
    produto = forms.SlugField(required=False, max_length=60, widget=forms.HiddenInput)


class OpiniaoForm(FormularioBase, forms.Form):
    """Se a resposta serviu, e qual dos trechos."""

    ajudou = forms.TypedChoiceField(choices=[("sim", "Sim"), ("nao", "Não")], coerce=lambda texto: texto == "sim")
    escolha = forms.IntegerField(required=False, min_value=0, max_value=20)


class ChamadoForm(FormularioBase, forms.Form):
    """O que falta para levar a conversa a um chamado."""

    esfera = forms.ChoiceField(
        label="Seu órgão é do", choices=EsferaDeAtendimento.choices, widget=forms.RadioSelect,
        error_messages={"required": "Escolha de que esfera é o seu órgão."},
    )  # fmt: skip
    produto = forms.ChoiceField(label="Produto", error_messages={"required": "Escolha o produto."})
    tipo = forms.ChoiceField(
        label="O que você precisa", widget=forms.RadioSelect, error_messages={"required": "Escolha o que você precisa."}
    )

    def __init__(self, *partes: Any, sugerido: ChamadoSugerido, produtos: Sequence[Produto], **opcoes: Any) -> None:
        inicial = {"esfera": sugerido.esfera, "produto": sugerido.produto.codigo if sugerido.produto else ""}
        super().__init__(*partes, **opcoes | {"initial": inicial})
        self._dar("produto", [("", "Escolha"), *((p.codigo, p.nome) for p in produtos)])
        if sugerido.tipos:
            self.initial["tipo"] = sugerido.tipo.codigo if sugerido.tipo else ""
            self._dar("tipo", [(t.codigo, t.nome) for t in sugerido.tipos])
        else:
            del self.fields["tipo"]

    def _dar(self, nome: str, escolhas: list[tuple[str, str]]) -> None:
        campo = self.fields[nome]
        assert isinstance(campo, forms.ChoiceField)
        campo.choices = escolhas


class NovoArtigoForm(FormularioBase, forms.Form):
    """As perguntas de que um artigo começa."""

    pergunta = forms.CharField(max_length=PERGUNTA_MAXIMO)
    outras = forms.CharField(max_length=8 * PERGUNTA_MAXIMO, required=False)
