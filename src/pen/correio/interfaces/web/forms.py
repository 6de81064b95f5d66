"""Os formulários das caixas."""

from collections.abc import Sequence
from typing import Any

from django import forms

from pen.correio.enums import Situacao
from pen.correio.models import Caixa, Caso
from pen.correio.models.caixa import TEXTO_DA_CAIXA_MAXIMO
from pen.correio.models.comunicado import COMUNICADO_MAXIMO
from pen.correio.models.conversa import ASSUNTO_MAXIMO, MOTIVO_MAXIMO
from pen.correio.services.caixas import LIMITE_MAXIMO, DadosDaCaixa
from pen.correio.services.conversas import NOTA_MAXIMA, RESPOSTA_MAXIMA
from pen.correio.values.triagem import PESO_MAXIMO
from pen.designsys.forms import FormularioBase
from pen.identidade.public import Esfera

SITUACOES = [(s.value, s.label) for s in Situacao if s != Situacao.ENVIADA]
PESOS = [n for n in range(PESO_MAXIMO, -PESO_MAXIMO - 1, -1) if n]


class FiltroForm(FormularioBase, forms.Form):
    """O que se quer ver das conversas."""

    caixa = forms.ChoiceField(label="Caixa", required=False)
    situacao = forms.ChoiceField(label="Situação", required=False, choices=[("", "Todas"), *SITUACOES])
    caso = forms.TypedChoiceField(label="Caso", required=False, coerce=int, empty_value=None)
    por_ler = forms.BooleanField(label="Só as que têm algo por ler", required=False)
    minhas = forms.BooleanField(label="Só as que estão comigo", required=False)

    def __init__(self, *partes: Any, caixas: Sequence[tuple[Caixa, Sequence[Caso]]], **opcoes: Any) -> None:
        super().__init__(*partes, **opcoes)
        self.fields["caixa"].choices = [("", "Todas"), *((c.codigo, c.endereco) for c, _ in caixas)]  # type: ignore[attr-defined]
        grupos = [(c.endereco, [(caso.pk, caso.texto) for caso in casos]) for c, casos in caixas]
        self.fields["caso"].choices = [("", "Todos"), *grupos]  # type: ignore[attr-defined]


class PassoForm(FormularioBase, forms.Form):
    """Um passo que não pede nada; ``visto`` é a versão da conversa que a pessoa leu."""

    visto = forms.IntegerField(widget=forms.HiddenInput)

    def mostrar_de_novo(self, versao: int) -> None:
        """O que a pessoa escreveu continua, agora sobre o que a conversa diz."""
        dados = {nome: self.data[nome] for nome in self.data}
        dados[self.add_prefix("visto")] = str(versao)
        self.data = dados


class ArquivoForm(PassoForm):
    """Por que se arquiva."""

    motivo = forms.CharField(
        label="Por que se arquiva", max_length=MOTIVO_MAXIMO, widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Escreva por que arquiva."},
    )  # fmt: skip


class CasoForm(PassoForm):
    """De que caso do guia se trata."""

    caso = forms.TypedChoiceField(
        label="Caso do guia", coerce=int, widget=forms.RadioSelect, error_messages={"required": "Diga de que caso se trata."}
    )  # fmt: skip

    def __init__(self, *partes: Any, casos: Sequence[Caso], **opcoes: Any) -> None:
        super().__init__(*partes, **opcoes)
        self.fields["caso"].choices = [(caso.pk, caso.texto) for caso in casos]  # type: ignore[attr-defined]


class RespostaForm(CasoForm):
    """A resposta a quem escreveu."""

    texto = forms.CharField(
        label="Resposta", max_length=RESPOSTA_MAXIMA, widget=forms.Textarea(attrs={"rows": 8}),
        help_text="A assinatura da caixa entra sozinha.", error_messages={"required": "Escreva a resposta."},
    )  # fmt: skip
    field_order = ["visto", "texto", "caso"]


class NotaForm(PassoForm):
    """Uma nota interna."""

    texto = forms.CharField(
        label="Nota, que só a equipe central lê", max_length=NOTA_MAXIMA, widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Escreva a nota."},
    )  # fmt: skip


class CaixaForm(FormularioBase, forms.Form):
    """O que se diz de uma caixa."""

    endereco = forms.CharField(
        label="Endereço", max_length=254, help_text="O servidor de correio precisa entregar este endereço a «pen caixa».",
        error_messages={"required": "Escreva o endereço."},
    )  # fmt: skip
    nome = forms.CharField(label="Nome", max_length=120, help_text="Quem recebe vê este nome como remetente.")
    finalidade = forms.CharField(label="Para que serve", max_length=400, widget=forms.Textarea(attrs={"rows": 2}))
    casos = forms.CharField(
        label="Casos que trata, um por linha", widget=forms.Textarea(attrs={"rows": 8}),
        help_text="O que sai da lista deixa de se oferecer; as conversas que o têm continuam com ele.",
    )  # fmt: skip
    nunca_trata = forms.CharField(
        label="O que nunca trata", max_length=TEXTO_DA_CAIXA_MAXIMO, widget=forms.Textarea(attrs={"rows": 4})
    )  # fmt: skip
    assinatura = forms.CharField(
        label="Assinatura", required=False, max_length=TEXTO_DA_CAIXA_MAXIMO, widget=forms.Textarea(attrs={"rows": 3})
    )  # fmt: skip
    limite = forms.IntegerField(
        label="Soma da triagem que recusa", min_value=0, max_value=LIMITE_MAXIMO,
        help_text="Com zero, nenhuma mensagem é recusada sem que uma pessoa leia.",
    )  # fmt: skip
    ativa = forms.BooleanField(
        label="Em uso", required=False, help_text="Fora de uso, sai da página pública e não recusa sozinha; o que chega entra."
    )  # fmt: skip

    def dados(self) -> DadosDaCaixa:
        """O que o serviço pede; só depois de ``is_valid``."""
        return DadosDaCaixa(**self.cleaned_data | {"casos": self.cleaned_data["casos"].splitlines()})


class ExpressaoForm(FormularioBase, forms.Form):
    """Uma expressão da triagem."""

    texto = forms.CharField(
        label="Expressão", max_length=80,
        help_text="Uma ou mais palavras, com acento ou sem. Um * no fim de uma vale por qualquer final: instal* acha «instalação».",
    )  # fmt: skip
    peso = forms.TypedChoiceField(
        label="Peso", coerce=int,
        choices=[(n, f"{n:+d}, parece {'suporte' if n > 0 else 'administrativo'}") for n in PESOS],
    )  # fmt: skip
    por_que = forms.CharField(label="Por que conta", max_length=200, help_text="É o que se lê na conversa recusada.")


class ComunicadoForm(FormularioBase, forms.Form):
    """Uma comunicação oficial."""

    caixa = forms.ChoiceField(label="Sai de", error_messages={"required": "Escolha a caixa."})
    esferas = forms.MultipleChoiceField(
        label="Vai a quem gere órgãos", choices=Esfera.choices, widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Escolha a quem vai."},
    )  # fmt: skip
    assunto = forms.CharField(
        label="Assunto", max_length=ASSUNTO_MAXIMO, error_messages={"required": "Escreva o assunto."}
    )  # fmt: skip
    texto = forms.CharField(
        label="Comunicado", max_length=COMUNICADO_MAXIMO, widget=forms.Textarea(attrs={"rows": 12}),
        help_text="Só texto. A assinatura da caixa entra sozinha.", error_messages={"required": "Escreva o comunicado."},
    )  # fmt: skip

    def __init__(self, *partes: Any, caixas: Sequence[tuple[Caixa, Sequence[Caso]]], **opcoes: Any) -> None:
        super().__init__(*partes, **opcoes)
        self.fields["caixa"].choices = [(c.codigo, c.endereco) for c, _ in caixas]  # type: ignore[attr-defined]


class PeriodoForm(FormularioBase, forms.Form):
    """De quando são os números."""

    dias = forms.TypedChoiceField(
        label="Período", required=False, coerce=int, empty_value=None,
        choices=[(30, "Últimos 30 dias"), (90, "Últimos 90 dias"), (365, "Último ano")],
    )  # fmt: skip
