"""Os formulários do cadastro da Central."""

import re
from typing import Any

from django import forms

from pen.atendimento.enums import EspecieDeCampo
from pen.atendimento.interfaces.web.presenters import hora_curta
from pen.atendimento.models import Periodo
from pen.atendimento.models.expediente import DIA_INTEIRO, DIAS
from pen.atendimento.services.expediente import PeriodoNovo
from pen.atendimento.values.formulario import ANEXOS_MAXIMO, CAMPOS_MAXIMO, Definicao
from pen.conhecimento.public import DadosDoProduto, EsferaDeAtendimento, Produto
from pen.designsys.forms import DataField, FormularioBase

_HORA = re.compile(r"(\d{1,2})(?:[h:](\d{2})?)?")
EM_BRANCO = 3  # linhas a mais para acrescentar


class ProdutoForm(FormularioBase, forms.Form):
    """O que se diz de um produto."""

    nome = forms.CharField(label="Nome", max_length=120, error_messages={"required": "Escreva o nome."})
    o_que_e = forms.CharField(label="O que é", max_length=500, error_messages={"required": "Diga o que é."})
    para_que_serve = forms.CharField(
        label="Para que serve", max_length=500, error_messages={"required": "Diga para que serve."}
    )
    esferas = forms.MultipleChoiceField(
        label="A quem se oferece", choices=EsferaDeAtendimento.choices, widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Escolha pelo menos uma esfera."},
    )  # fmt: skip
    saiba_mais = forms.CharField(
        label="Onde saber mais", required=False, widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Um por linha: o texto e, se houver, o endereço depois de uma barra vertical. Exemplo: Manual | https://…",
    )  # fmt: skip
    ordem = forms.IntegerField(label="Ordem no catálogo", min_value=0, max_value=30_000, initial=0)

    def dados(self) -> DadosDoProduto:
        """O que o serviço pede; só depois de ``is_valid``."""
        limpos = self.cleaned_data
        linhas = [linha.partition("|") for linha in limpos["saiba_mais"].splitlines() if linha.strip()]
        return DadosDoProduto(
            nome=limpos["nome"], o_que_e=limpos["o_que_e"], para_que_serve=limpos["para_que_serve"],
            esferas=[EsferaDeAtendimento(e) for e in limpos["esferas"]], ordem=limpos["ordem"],
            saiba_mais=[(texto.strip(), endereco.strip()) for texto, _, endereco in linhas],
        )  # fmt: skip


class ProdutoNovoForm(ProdutoForm):
    """Um produto novo, com o código que vai no endereço."""

    codigo = forms.CharField(
        label="Código", max_length=60, help_text="Vai no endereço e não muda. Exemplo: tramita-gov-br",
        error_messages={"required": "Escreva o código."},
    )  # fmt: skip
    field_order = ("codigo",)


class TipoForm(FormularioBase, forms.Form):
    """Um tipo de suporte novo."""

    nome = forms.CharField(label="Nome", max_length=120, error_messages={"required": "Escreva o nome."})
    codigo = forms.CharField(
        label="Código", max_length=60, help_text="Vai no endereço e não muda. Exemplo: solicitar-acesso",
        error_messages={"required": "Escreva o código."},
    )  # fmt: skip


class DefinicaoForm(FormularioBase, forms.Form):
    """O que vale para o formulário todo."""

    visto = forms.IntegerField(widget=forms.HiddenInput)
    ajuda = forms.CharField(label="O que dizer antes das perguntas", required=False, max_length=1_000)
    descricao = forms.CharField(
        label="Rótulo da descrição", max_length=300, error_messages={"required": "Escreva o rótulo."}
    )


class CampoForm(FormularioBase, forms.Form):
    """Uma pergunta; sem rótulo, some."""

    rotulo = forms.CharField(label="Pergunta", required=False, max_length=300)
    codigo = forms.CharField(
        label="Código",
        required=False,
        max_length=40,
        help_text="Letras minúsculas, algarismos e «_». Vazio, vem da pergunta.",
    )
    especie = forms.ChoiceField(label="Resposta", choices=EspecieDeCampo.choices)
    ajuda = forms.CharField(label="Ajuda", required=False, max_length=500)
    opcoes = forms.CharField(
        label="Opções, uma por linha", required=False, widget=forms.Textarea(attrs={"rows": 3})
    )  # fmt: skip
    obrigatorio = forms.BooleanField(label="Obrigatória", required=False)

    def dado(self, ordem: int) -> dict[str, Any]:
        """A pergunta como a definição a quer; só depois de ``is_valid``."""
        limpo = self.cleaned_data
        opcoes = [linha.strip() for linha in limpo["opcoes"].splitlines() if linha.strip()]
        return {**limpo, "opcoes": opcoes, "codigo": limpo["codigo"] or f"campo_{ordem}"}


class AnexoForm(FormularioBase, forms.Form):
    """Um anexo pedido; sem rótulo, some."""

    rotulo = forms.CharField(label="Anexo", required=False, max_length=300)
    codigo = forms.CharField(label="Código", required=False, max_length=40)
    ajuda = forms.CharField(label="Ajuda", required=False, max_length=500)
    obrigatorio = forms.BooleanField(label="Obrigatório", required=False)

    def dado(self, ordem: int) -> dict[str, Any]:
        """O anexo como a definição o quer; só depois de ``is_valid``."""
        return {**self.cleaned_data, "codigo": self.cleaned_data["codigo"] or f"anexo_{ordem}"}


CamposFormSet = forms.formset_factory(CampoForm, extra=EM_BRANCO, max_num=CAMPOS_MAXIMO, absolute_max=CAMPOS_MAXIMO)
AnexosFormSet = forms.formset_factory(AnexoForm, extra=EM_BRANCO, max_num=ANEXOS_MAXIMO, absolute_max=ANEXOS_MAXIMO)


class EditorDeFormulario:
    """As três partes de um formulário na página: o geral, as perguntas e os anexos."""

    def __init__(self, definicao: Definicao, versao: int, enviado: Any = None) -> None:
        dado = definicao.como_dado()
        campos = [{**campo, "opcoes": "\n".join(campo["opcoes"])} for campo in dado["campos"]]
        inicial = {"visto": versao, "ajuda": dado["ajuda"], "descricao": dado["descricao"]}
        self.geral = DefinicaoForm(enviado, initial=inicial)
        self.campos = CamposFormSet(enviado, initial=campos, prefix="campos")
        self.anexos = AnexosFormSet(enviado, initial=dado["anexos"], prefix="anexos")

    def is_valid(self) -> bool:
        """Se as três partes se entendem."""
        return all([self.geral.is_valid(), self.campos.is_valid(), self.anexos.is_valid()])

    def definicao(self) -> dict[str, Any]:
        """O que o serviço pede; só depois de ``is_valid``."""
        return {
            "ajuda": self.geral.cleaned_data["ajuda"], "descricao": self.geral.cleaned_data["descricao"],
            "campos": [f.dado(n) for n, f in enumerate(self.campos, 1) if f.cleaned_data.get("rotulo")],
            "anexos": [f.dado(n) for n, f in enumerate(self.anexos, 1) if f.cleaned_data.get("rotulo")],
        }  # fmt: skip


class SemanaForm(FormularioBase, forms.Form):
    """O expediente de cada dia da semana, como ``8h-12h, 13h-18h``; vazio, não há."""

    def __init__(self, periodos: list[Periodo], *partes: Any, **opcoes: Any) -> None:
        super().__init__(*partes, **opcoes)
        for dia, nome in DIAS:
            inicial = ", ".join(f"{hora_curta(p.inicio)}-{hora_curta(p.fim)}" for p in periodos if p.dia == dia)
            self.fields[f"dia_{dia}"] = forms.CharField(
                label=nome.capitalize(), required=False, max_length=100, initial=inicial
            )

    def clean(self) -> dict[str, Any]:
        """Os períodos, como números."""
        dados: dict[str, Any] = super().clean() or {}
        self.periodos: list[PeriodoNovo] = []
        for dia, _ in DIAS:
            for escrito in filter(None, (p.strip() for p in dados.get(f"dia_{dia}", "").split(","))):
                de, _, ate = escrito.partition("-")
                inicio, fim = ler_hora(de), ler_hora(ate)
                if inicio is None or fim is None:
                    self.add_error(f"dia_{dia}", "Escreva os períodos assim: 8h-12h, 13h-18h.")
                else:
                    self.periodos.append((dia, inicio, fim))
        return dados


class DiaForm(FormularioBase, forms.Form):
    """Um dia, ou parte dele, sem expediente."""

    dia = DataField(label="Dia", error_messages={"required": "Informe o dia."})
    nome = forms.CharField(label="O que é", max_length=120, error_messages={"required": "Diga que dia é."})
    ato = forms.CharField(
        label="Ato que o criou", required=False, max_length=200, help_text="Vazio, o dia aparece como previsto."
    )
    inicio = forms.CharField(label="Sem expediente das", required=False, max_length=5, initial="0h")
    fim = forms.CharField(label="às", required=False, max_length=5, initial="24h")

    def clean_inicio(self) -> int:
        """Em minutos."""
        return _exigir_hora(self.cleaned_data["inicio"] or "0h")

    def clean_fim(self) -> int:
        """Em minutos."""
        return _exigir_hora(self.cleaned_data["fim"] or "24h")


class MetaForm(FormularioBase, forms.Form):
    """Os prazos prometidos, em horas úteis."""

    produto = forms.ChoiceField(label="Produto", required=False)
    tipo = forms.ChoiceField(label="Tipo de suporte", required=False)
    resposta_horas = forms.IntegerField(
        label="Primeira resposta, em horas úteis", min_value=1, error_messages={"required": "Informe as horas."}
    )
    solucao_horas = forms.IntegerField(
        label="Solução, em horas úteis", min_value=1, error_messages={"required": "Informe as horas."}
    )

    def __init__(self, *partes: Any, produtos: list[Produto], tipos: list[tuple[str, str]], **opcoes: Any) -> None:
        super().__init__(*partes, **opcoes)
        for nome, escolhas in (("produto", [(p.codigo, p.nome) for p in produtos]), ("tipo", tipos)):
            campo = self.fields[nome]
            assert isinstance(campo, forms.ChoiceField)
            campo.choices = [("", "Todos"), *escolhas]


def ler_hora(texto: str) -> int | None:
    """Os minutos de ``8h``, ``8h30`` ou ``08:30``, até 24h; ``None`` se não é uma hora."""
    achado = _HORA.fullmatch(texto.strip())
    if achado is None:
        return None
    minutos = int(achado[1]) * 60 + int(achado[2] or 0)
    return minutos if minutos <= DIA_INTEIRO and int(achado[2] or 0) < 60 else None


def _exigir_hora(texto: str) -> int:
    minutos = ler_hora(texto)
    if minutos is None:
        raise forms.ValidationError("Escreva a hora assim: 13h ou 13h30.")
    return minutos
