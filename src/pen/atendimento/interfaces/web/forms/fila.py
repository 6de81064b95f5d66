"""O que se quer ver da fila e da busca."""

from typing import Any

from django import forms

from pen.atendimento.enums import (
    Situacao,
)
from pen.atendimento.interfaces.web.forms.comum import dar_opcoes
from pen.atendimento.models import Equipe
from pen.atendimento.selectors.busca import FiltrosDeChamado
from pen.atendimento.selectors.chamados import FiltrosDaFila
from pen.conhecimento.public import Produto
from pen.designsys.forms import AchadoField, DataField, FormularioBase
from pen.identidade.public import achar_orgao


class FilaForm(FormularioBase, forms.Form):
    """O que se quer ver da fila."""

    equipe = forms.ChoiceField(label="Equipe", required=False)
    produto = forms.ChoiceField(label="Produto", required=False)
    situacao = forms.ChoiceField(
        label="Situação", required=False,
        choices=[("", "Todas"), *((s.value, s.label.capitalize()) for s in Situacao if s != Situacao.ENCERRADO)],
    )  # fmt: skip
    meus = forms.BooleanField(label="Só os meus", required=False)
    vencidos = forms.BooleanField(label="Só os vencidos", required=False)

    def __init__(self, *partes: Any, equipes: list[Equipe], produtos: list[Produto], **opcoes: Any) -> None:
        super().__init__(*partes, **opcoes)
        dar_opcoes(self, "equipe", [("", "Todas as minhas"), *((str(e.pk), e.nome) for e in equipes)])
        dar_opcoes(self, "produto", [("", "Todos"), *((str(p.pk), p.nome) for p in produtos)])

    def filtros(self) -> FiltrosDaFila:
        """O que o seletor pede; um filtro que não serve não filtra."""
        dados = self.cleaned_data if self.is_valid() else {}
        return FiltrosDaFila(
            equipe_id=int(dados["equipe"]) if dados.get("equipe") else None,
            produto_id=int(dados["produto"]) if dados.get("produto") else None,
            situacao=dados.get("situacao", ""), so_meus=bool(dados.get("meus")), vencidos=bool(dados.get("vencidos")),
        )  # fmt: skip


class GuardarFiltroForm(FormularioBase, forms.Form):
    """O nome com que se guarda o filtro da fila."""

    nome = forms.CharField(label="Nome do filtro", max_length=60, error_messages={"required": "Dê um nome ao filtro."})


class BuscaForm(FormularioBase, forms.Form):
    """O que se procura entre os chamados que a pessoa vê."""

    palavras = forms.CharField(label="Palavras ou protocolo", required=False, max_length=200)
    produto = forms.ChoiceField(label="Produto", required=False)
    orgao = AchadoField(achar_orgao, label="Órgão", required=False, max_length=200, help_text="Sigla, código ou nome.")
    situacao = forms.ChoiceField(
        label="Situação", required=False, choices=[("", "Todas"), *((s.value, s.label.capitalize()) for s in Situacao)]
    )
    desde = DataField(label="Abertos desde", required=False)
    ate = DataField(label="Abertos até", required=False)

    def __init__(self, *partes: Any, produtos: list[Produto], **opcoes: Any) -> None:
        super().__init__(*partes, **opcoes)
        dar_opcoes(self, "produto", [("", "Todos"), *((str(p.pk), p.nome) for p in produtos)])

    def filtros(self) -> FiltrosDeChamado:
        """O que o seletor pede; só depois de ``is_valid``."""
        dados = self.cleaned_data
        return FiltrosDeChamado(
            palavras=dados["palavras"], produto_id=int(dados["produto"]) if dados["produto"] else None,
            orgao_id=dados["orgao"].pk if dados["orgao"] else None, situacao=dados["situacao"],
            desde=dados["desde"], ate=dados["ate"],
        )  # fmt: skip
