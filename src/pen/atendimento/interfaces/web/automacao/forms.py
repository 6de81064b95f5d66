"""Os formulários de macros e gatilhos."""

import re
from collections.abc import Sequence
from typing import Any, Generic, TypeVar

from django import forms

from pen.atendimento.enums import Marco, Passo, Situacao
from pen.atendimento.interfaces.web import presenters
from pen.atendimento.interfaces.web.cadastro.forms import CampoForm
from pen.atendimento.interfaces.web.forms.comum import dar_opcoes
from pen.atendimento.models import Equipe, Gatilho, Macro
from pen.atendimento.models.chamado import TEXTO_MAXIMO
from pen.atendimento.services.macros import CAMPOS_MAXIMO, NOME_MAXIMO
from pen.atendimento.values.acoes import ACOES_MAXIMO, DA_MACRO, DESFECHOS, DO_GATILHO, QUANDO
from pen.atendimento.values.passos import ABERTAS
from pen.atendimento.values.tempos import Tempo
from pen.conhecimento.public import ArtigoPublicado, Produto
from pen.designsys.forms import FormularioBase

Opcoes = list[tuple[str, str]]
NOMES = {
    Passo.ASSUMIR: "Assumir", Passo.RESPONDER: "Responder", Passo.PEDIR_INFORMACAO: "Pedir informação",
    Passo.PEDIR_VALIDACAO: "Pedir que teste", Passo.ANOTAR: "Anotar, só para as equipes", Passo.ENCAMINHAR: "Encaminhar",
    Passo.ENCERRAR: "Encerrar", Passo.ORIENTAR: "Orientar quem abriu",
}  # fmt: skip


_DURACAO = re.compile(r"(?:(\d{1,4}) ?h)? ?(?:(\d{1,5}) ?(?:min)?)?")


class AcaoForm(FormularioBase, forms.Form):
    """Um passo; sem escolher qual, some."""

    passo = forms.ChoiceField(label="O que fazer", required=False)
    texto = forms.CharField(
        label="Texto", required=False, max_length=TEXTO_MAXIMO, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Pode ter {nome}, {protocolo}, {produto} e {orgao}. Ao encaminhar, é o motivo.",
    )  # fmt: skip
    roteiro = forms.ChoiceField(label="Ou o texto de um roteiro", required=False)
    equipe = forms.ChoiceField(label="Equipe, ao encaminhar", required=False)
    desfecho = forms.ChoiceField(
        label="Desfecho, ao encerrar", required=False, choices=[(d.value, d.label.capitalize()) for d in DESFECHOS]
    )

    def __init__(
        self, *partes: Any, passos: Sequence[Passo], equipes: Opcoes, roteiros: Opcoes | None, **opcoes: Any
    ) -> None:
        super().__init__(*partes, **opcoes)
        dar_opcoes(self, "passo", [("", "Nada"), *((p.value, NOMES[p]) for p in passos)])
        dar_opcoes(self, "equipe", [("", "Escolha"), *equipes])
        if roteiros is None:
            del self.fields["roteiro"]
        else:
            dar_opcoes(self, "roteiro", [("", "Nenhum"), *roteiros])
        if Passo.ENCERRAR not in passos:
            del self.fields["desfecho"]


EM_BRANCO = 2  # passos a mais para acrescentar
AcoesFormSet = forms.formset_factory(AcaoForm, extra=EM_BRANCO, max_num=ACOES_MAXIMO, absolute_max=ACOES_MAXIMO)


class MacroForm(FormularioBase, forms.Form):
    """O que vale para a macro toda."""

    nome = forms.CharField(label="Nome", max_length=NOME_MAXIMO, error_messages={"required": "Dê um nome à macro."})
    produto = forms.ChoiceField(label="Produto", required=False)

    def __init__(self, *partes: Any, produtos: list[Produto], **opcoes: Any) -> None:
        super().__init__(*partes, **opcoes)
        dar_opcoes(self, "produto", [("", "Todos"), *((p.codigo, p.nome) for p in produtos)])


class PerguntaForm(CampoForm):
    """O que se pergunta a quem aplica a macro; sem pergunta, some."""

    codigo = forms.CharField(
        label="Código", required=False, max_length=40,
        help_text="No texto: {código}. Exemplo: versao",
    )  # fmt: skip


PerguntasFormSet = forms.formset_factory(PerguntaForm, extra=EM_BRANCO, max_num=CAMPOS_MAXIMO, absolute_max=CAMPOS_MAXIMO)


class GatilhoForm(FormularioBase, forms.Form):
    """Quando um gatilho age."""

    nome = forms.CharField(label="Nome", max_length=NOME_MAXIMO, error_messages={"required": "Dê um nome ao gatilho."})
    quando = forms.ChoiceField(
        label="O que acontece", choices=[
            ("Alguém dá um passo", [(p.value, f"Alguém {p.label}") for p in QUANDO]),
            ("Passa o tempo", [
                (Marco.RESPOSTA.value, "Perto do prazo da primeira resposta"),
                (Marco.SOLUCAO.value, "Perto do prazo da solução"), (Marco.SEM_MOVIMENTO.value, "Ninguém mexe no chamado"),
            ]),
        ],
    )  # fmt: skip
    minutos = forms.CharField(
        label="Quanto tempo", required=False, max_length=10,
        help_text="Só se passa o tempo: em horas de expediente. Exemplos: 2h, 45min, 1h30. Vazio, quando o prazo vence.",
    )  # fmt: skip
    antes = forms.ChoiceField(
        label="Antes ou depois do prazo", required=False, choices=[("", "Depois"), ("antes", "Antes")]
    )
    situacao = forms.ChoiceField(
        label="Parado em que situação", required=False, help_text="Só se ninguém mexe no chamado.",
        choices=[("", "Escolha"), *((s.value, s.label.capitalize()) for s in Situacao if s in ABERTAS)],
    )  # fmt: skip
    produtos = forms.MultipleChoiceField(label="Nestes produtos", required=False, widget=forms.CheckboxSelectMultiple)
    tipos = forms.MultipleChoiceField(label="Nestes tipos de suporte", required=False, widget=forms.CheckboxSelectMultiple)
    equipes = forms.MultipleChoiceField(label="Com estas equipes", required=False, widget=forms.CheckboxSelectMultiple)
    palavras = forms.CharField(
        label="Com estas palavras", required=False, max_length=1_000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Uma expressão por linha; basta uma. Sem marcar nada, vale para todos.",
    )  # fmt: skip

    def __init__(self, *partes: Any, produtos: Opcoes, tipos: Opcoes, equipes: Opcoes, **opcoes: Any) -> None:
        super().__init__(*partes, **opcoes)
        for nome, escolhas in (("produtos", produtos), ("tipos", tipos), ("equipes", equipes)):
            campo = self.fields[nome]
            assert isinstance(campo, forms.MultipleChoiceField)
            campo.choices = escolhas

    def clean_minutos(self) -> int:
        """Como número; zero, se não se escreveu."""
        texto = self.cleaned_data["minutos"].strip()
        achado = _DURACAO.fullmatch(texto)
        if texto and achado is None:
            raise forms.ValidationError("Escreva o tempo assim: 2h, 45min ou 1h30.")
        return int(achado[1] or 0) * 60 + int(achado[2] or 0) if achado else 0

    def momento(self) -> Passo | Tempo:
        """O que o serviço pede; só depois de ``is_valid``."""
        dados = self.cleaned_data
        if dados["quando"] not in Marco.values:
            return Passo(dados["quando"])
        parado = dados["quando"] == Marco.SEM_MOVIMENTO
        return Tempo(
            Marco(dados["quando"]), dados["minutos"], antes=bool(dados["antes"]) and not parado,
            situacao=dados["situacao"] if parado else "",
        )  # fmt: skip

    def condicoes(self) -> dict[str, list[str]]:
        """O que o serviço pede; só depois de ``is_valid``."""
        dados = self.cleaned_data
        palavras = [linha.strip() for linha in dados["palavras"].splitlines() if linha.strip()]
        return {"produtos": dados["produtos"], "tipos": dados["tipos"], "equipes": dados["equipes"], "palavras": palavras}


F = TypeVar("F", bound=forms.Form)


class Editor(Generic[F]):
    """As duas partes na página: o geral e os passos."""

    def __init__(
        self, geral: F, acoes: Sequence[dict[str, str]], enviado: Any, *,
        passos: Sequence[Passo], equipes: Sequence[Equipe], roteiros: Sequence[ArtigoPublicado] | None = None,
    ) -> None:  # fmt: skip
        self.geral = geral
        escolhas = {
            "passos": passos, "equipes": [(e.codigo, e.nome) for e in equipes],
            "roteiros": None if roteiros is None else [(a.artigo.codigo, a.versao.titulo) for a in roteiros],
        }  # fmt: skip
        self.acoes = AcoesFormSet(enviado, initial=list(acoes), prefix="acoes", form_kwargs=escolhas)

    def is_valid(self) -> bool:
        """Se as duas partes se entendem."""
        return all([self.geral.is_valid(), self.acoes.is_valid()])

    def dado(self) -> list[dict[str, str]]:
        """Os passos escolhidos, em ordem; só depois de ``is_valid``."""
        return [f.cleaned_data for f in self.acoes if f.cleaned_data.get("passo")]


class EditorDaMacro(Editor[MacroForm]):
    """O que se pergunta a quem aplica, além das duas partes."""

    def __init__(
        self, macro: Macro | None, enviado: Any, *, produtos: list[Produto], equipes: Sequence[Equipe],
        roteiros: Sequence[ArtigoPublicado],
    ) -> None:  # fmt: skip
        inicial = {"nome": macro.nome, "produto": macro.produto.codigo if macro.produto else ""} if macro else {}
        geral = MacroForm(enviado, initial=inicial, produtos=produtos)
        acoes = macro.acoes if macro else []
        super().__init__(geral, acoes, enviado, passos=DA_MACRO, equipes=equipes, roteiros=roteiros)
        campos = [{**campo, "opcoes": "\n".join(campo["opcoes"])} for campo in (macro.campos if macro else [])]
        self.perguntas = PerguntasFormSet(enviado, initial=campos, prefix="campos")

    def is_valid(self) -> bool:
        """Se as três partes se entendem."""
        return all([super().is_valid(), self.perguntas.is_valid()])

    def campos(self) -> list[dict[str, Any]]:
        """As perguntas escritas, em ordem; só depois de ``is_valid``."""
        return [f.dado(n) for n, f in enumerate(self.perguntas, 1) if f.cleaned_data.get("rotulo")]


def editor_do_gatilho(
    gatilho: Gatilho | None, enviado: Any, *, produtos: list[Produto], tipos: Opcoes, equipes: Sequence[Equipe]
) -> Editor[GatilhoForm]:
    """O editor de um gatilho, que há ou que se cria."""
    inicial: dict[str, Any] = {}
    if gatilho:
        quanto = "" if gatilho.minutos is None else presenters.duracao_curta(gatilho.minutos)
        inicial = {
            "nome": gatilho.nome, "quando": gatilho.quando, "minutos": quanto, "situacao": gatilho.situacao,
            "antes": "antes" if gatilho.antes else "", **gatilho.condicoes,
        }  # fmt: skip
    inicial["palavras"] = "\n".join(inicial.get("palavras", ()))
    geral = GatilhoForm(
        enviado, initial=inicial, produtos=[(p.codigo, p.nome) for p in produtos], tipos=tipos,
        equipes=[(e.codigo, e.nome) for e in equipes],
    )  # fmt: skip
    return Editor(geral, gatilho.acoes if gatilho else [], enviado, passos=DO_GATILHO, equipes=equipes)
