"""O que cada passo pede a quem o dá."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from pen.atendimento.enums import (
    Desfecho,
    Passo,
)
from pen.atendimento.interfaces.web.forms.comum import dar_opcoes, entrada_da_pergunta
from pen.atendimento.models import Equipe
from pen.atendimento.models.chamado import ASSUNTO_MAXIMO, TEXTO_MAXIMO
from pen.atendimento.services.atendimento import DESFECHOS_DA_EQUIPE
from pen.atendimento.values.anexos import ACEITOS, ANEXOS_POR_ENVIO, EXTENSOES, AnexoNovo
from pen.atendimento.values.formulario import Campo, conferir_respostas
from pen.designsys.forms import FormularioBase, VariosArquivosField, erro_no_campo

ROTULOS_DO_TEXTO = {
    Passo.COMPLETAR: "Sua mensagem",
    Passo.REABRIR: "Por que o chamado precisa voltar",
    Passo.CONFIRMAR: "Quer dizer algo à equipe?",
    Passo.CANCELAR: "Por que você desiste",
    Passo.RESPONDER: "Resposta",
    Passo.PEDIR_INFORMACAO: "De que informação você precisa",
    Passo.PEDIR_VALIDACAO: "O que a pessoa deve testar",
    Passo.ANOTAR: "Nota, que só as equipes leem",
    Passo.ENCERRAR: "Resposta definitiva",
    Passo.AGUARDAR_TERCEIRO: "O que dizer a quem abriu",
}


COM_ANEXOS = {Passo.COMPLETAR, Passo.RESPONDER, Passo.PEDIR_INFORMACAO, Passo.PEDIR_VALIDACAO, Passo.ANOTAR}


SEM_TEXTO_OBRIGATORIO = {Passo.COMPLETAR, Passo.CONFIRMAR, Passo.CANCELAR, Passo.AGUARDAR_TERCEIRO}


class TextoForm(FormularioBase, forms.Form):
    """Um passo que só leva um texto; ``visto`` é a ordem do último passo que estava na página."""

    visto = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    roteiro = forms.SlugField(required=False, max_length=120, widget=forms.HiddenInput)
    texto = forms.CharField(label="Mensagem", max_length=TEXTO_MAXIMO, widget=forms.Textarea(attrs={"rows": 5}))

    def __init__(self, *partes: Any, rotulo: str = "Mensagem", obrigatorio: bool = True, **opcoes: Any) -> None:
        super().__init__(*partes, **opcoes)
        self.fields["texto"].label = rotulo
        self.fields["texto"].required = obrigatorio
        self.fields["texto"].error_messages["required"] = "Escreva a mensagem."


class MensagemForm(TextoForm):
    """Um texto, e arquivos."""

    arquivos = VariosArquivosField(label="Anexos", help_text=f"Até {ANEXOS_POR_ENVIO}: {ACEITOS}.", aceitos=EXTENSOES)


class EncerrarForm(MensagemForm):
    """A resposta definitiva, e como acabou."""

    desfecho = forms.ChoiceField(
        label="Como acabou", choices=[(d.value, d.label.capitalize()) for d in DESFECHOS_DA_EQUIPE],
        initial=Desfecho.RESOLVIDO.value, widget=forms.RadioSelect,
    )  # fmt: skip
    aos_ligados = forms.CharField(
        label="O que dizer a quem abriu os chamados ligados", required=False, max_length=TEXTO_MAXIMO,
        widget=forms.Textarea(attrs={"rows": 3}), help_text="Sem nada do que é só deste órgão. Vazio, vai uma frase pronta.",
    )  # fmt: skip

    def __init__(self, *partes: Any, com_ligados: bool = False, **opcoes: Any) -> None:
        super().__init__(*partes, **opcoes)
        if not com_ligados:
            del self.fields["aos_ligados"]


class TerceiroForm(TextoForm):
    """De quem se espera, e o que se diz a quem abriu."""

    de_quem = forms.CharField(
        label="De quem se espera", max_length=200, error_messages={"required": "Diga de quem se espera."}
    )
    field_order = ("de_quem", "texto")


class EncaminharForm(FormularioBase, forms.Form):
    """A passagem a outra equipe."""

    equipe = forms.ChoiceField(label="Equipe", error_messages={"required": "Escolha a equipe."})
    motivo = forms.CharField(
        label="Por que outra equipe precisa cuidar disto", max_length=TEXTO_MAXIMO,
        widget=forms.Textarea(attrs={"rows": 3}), error_messages={"required": "Diga o motivo."},
    )  # fmt: skip
    tentado = forms.CharField(
        label="O que já se tentou", max_length=TEXTO_MAXIMO, widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Diga o que já se tentou."},
    )  # fmt: skip

    def __init__(self, *partes: Any, destinos: list[Equipe], **opcoes: Any) -> None:
        super().__init__(*partes, **opcoes)
        dar_opcoes(self, "equipe", [(str(e.pk), e.nome) for e in destinos])


class DuplicarForm(FormularioBase, forms.Form):
    """O chamado que trata da mesma coisa."""

    parecido = forms.ChoiceField(label="Estes parecem sobre a mesma coisa", required=False, widget=forms.RadioSelect)
    principal = forms.CharField(label="Protocolo do chamado principal", max_length=40, required=False)

    def __init__(self, *partes: Any, parecidos: Mapping[str, str], **opcoes: Any) -> None:
        super().__init__(*partes, **opcoes)
        if parecidos:
            dar_opcoes(self, "parecido", [*parecidos.items(), ("", "Outro, de protocolo:")])
        else:
            del self.fields["parecido"]

    def clean(self) -> dict[str, Any]:
        """``principal`` é o escolhido ou o escrito."""
        dados: dict[str, Any] = super().clean() or {}
        dados["principal"] = dados.get("parecido") or dados.get("principal", "")
        if not dados["principal"]:
            self.add_error("principal", "Informe o protocolo.")
        return dados


class UnirForm(FormularioBase, forms.Form):
    """O chamado da mesma pessoa a que este se une."""

    principal = forms.ChoiceField(
        label="Unir a", widget=forms.RadioSelect, error_messages={"required": "Escolha o chamado que continua."}
    )

    def __init__(self, *partes: Any, outros: Mapping[str, str], **opcoes: Any) -> None:
        super().__init__(*partes, **opcoes)
        dar_opcoes(self, "principal", list(outros.items()))


class DividirForm(FormularioBase, forms.Form):
    """A mensagem que vira outro chamado, e sobre o que ele é."""

    ordem = forms.TypedChoiceField(
        label="Que mensagem vira outro chamado", coerce=int, widget=forms.RadioSelect,
        error_messages={"required": "Escolha a mensagem."},
    )  # fmt: skip
    folha = forms.ChoiceField(label="Sobre o quê", error_messages={"required": "Escolha o produto e o tipo."})
    assunto = forms.CharField(
        label="Assunto do novo", max_length=ASSUNTO_MAXIMO, error_messages={"required": "Escreva o assunto."}
    )

    def __init__(self, *partes: Any, mensagens: Mapping[int, str], folhas: Mapping[str, str], **opcoes: Any) -> None:
        super().__init__(*partes, **opcoes)
        dar_opcoes(self, "ordem", [(str(ordem), texto) for ordem, texto in mensagens.items()])
        dar_opcoes(self, "folha", [("", "Escolha"), *folhas.items()])


class AtribuirForm(FormularioBase, forms.Form):
    """Para quem se passa o chamado, na mesma equipe."""

    atendente = forms.ChoiceField(label="Atendente", error_messages={"required": "Escolha o atendente."})

    def __init__(self, *partes: Any, integrantes: Mapping[int, str], **opcoes: Any) -> None:
        super().__init__(*partes, **opcoes)
        dar_opcoes(self, "atendente", [(str(pessoa_id), nome) for pessoa_id, nome in integrantes.items()])


class SeguidorForm(FormularioBase, forms.Form):
    """O colega que se inclui, pelo CPF."""

    cpf = forms.CharField(
        label="CPF do colega", max_length=20, help_text="Ele vê o chamado quando entrar com a conta gov.br.",
        error_messages={"required": "Informe o CPF."},
    )  # fmt: skip


class RespostasForm(FormularioBase, forms.Form):
    """O que uma macro pergunta a quem a aplica."""

    def __init__(self, perguntas: Sequence[Campo], enviado: Any = None) -> None:
        super().__init__(enviado, prefix="macro")
        self.perguntas = perguntas
        self.fields |= {pergunta.codigo: entrada_da_pergunta(pergunta) for pergunta in perguntas}

    def clean(self) -> dict[str, str]:
        """As respostas, como o serviço as quer."""
        respostas = {codigo: str(valor or "") for codigo, valor in (super().clean() or {}).items()}
        if not self.errors:
            with erro_no_campo(self):
                conferir_respostas(self.perguntas, respostas)
        return respostas

    def respostas(self) -> dict[str, str] | None:
        """O que o serviço pede; nulo, se ainda não se respondeu ao que a macro exige."""
        if not self.fields:
            return {}
        return self.cleaned_data if self.is_valid() else None


def anexos_enviados(form: forms.Form) -> list[AnexoNovo]:
    """Os arquivos que vieram com o texto de um passo; só depois de ``is_valid``."""
    return [AnexoNovo(str(a.name), a.file) for a in form.cleaned_data.get("arquivos", [])]
