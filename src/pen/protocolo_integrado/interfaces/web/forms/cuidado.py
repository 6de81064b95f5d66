import re

from django import forms

from pen.designsys.forms import FormularioBase
from pen.identidade.public import Papel
from pen.protocolo_integrado.enums import Visibilidade

MOTIVO = {"required": "Escreva o motivo: ele fica registrado."}


class NumeroDoOrgaoForm(FormularioBase, forms.Form):
    numero = forms.CharField(
        label="Número do processo", max_length=100, help_text="Um processo que o órgão enviou, visível ou não.",
        error_messages={"required": "Digite o número do processo."},
    )  # fmt: skip


class VisibilidadeForm(FormularioBase, forms.Form):
    visibilidade = forms.TypedChoiceField(
        label="O que o público vê", coerce=lambda valor: Visibilidade(int(valor)), widget=forms.RadioSelect,
        choices=[
            (Visibilidade.PUBLICO, "Tudo: assunto, interessados e movimentos"),
            (Visibilidade.RESUMIDO, "Só número, órgão e movimentos padronizados"),
            (Visibilidade.OCULTO, "Nada: como se o processo não existisse"),
        ],
        error_messages={"required": "Escolha o que o público vê."},
    )  # fmt: skip
    motivo = forms.CharField(
        label="Motivo", max_length=500, widget=forms.Textarea(attrs={"rows": 3}), error_messages=MOTIVO
    )


class MotivoForm(FormularioBase, forms.Form):
    motivo = forms.CharField(label="Motivo", max_length=500, error_messages=MOTIVO)


class RegraForm(FormularioBase, forms.Form):
    trecho = forms.CharField(
        label="Trecho que aparece no texto", max_length=200,
        help_text="Todo movimento cujo texto contém este trecho aparece como «movimentação registrada», sem o texto.",
        error_messages={"required": "Escreva o trecho."},
    )  # fmt: skip
    motivo = forms.CharField(label="Motivo", max_length=500, error_messages=MOTIVO)


class PublicacaoForm(FormularioBase, forms.Form):
    cobertura = forms.CharField(
        label="O que o órgão envia", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Aparece na página de cada processo do órgão. Por exemplo: «Este órgão envia apenas os processos abertos a "
        "partir de 2024.»",
    )  # fmt: skip
    consulta_publica = forms.CharField(
        label="Endereço da consulta própria", required=False, max_length=300,
        help_text="{numero} vira o número do processo: https://consulta.exemplo.gov.br/?n={numero}",
    )  # fmt: skip


class PapelForm(FormularioBase, forms.Form):
    cpf = forms.CharField(
        label="CPF da pessoa", max_length=20, help_text="O papel vale quando ela entrar pelo gov.br com conta prata ou ouro.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": "Informe o CPF."},
    )  # fmt: skip
    papel = forms.TypedChoiceField(
        label="Papel", coerce=Papel, widget=forms.RadioSelect, error_messages={"required": "Escolha o papel."},
        choices=[(Papel.GESTOR, "Gestão: cuida das credenciais, das pessoas e do que é publicado"),
                 (Papel.CONSULTA, "Consulta: vê as remessas e as recusas")],
    )  # fmt: skip

    def clean_cpf(self) -> str:
        """Só os algarismos."""
        return re.sub(r"\D", "", self.cleaned_data["cpf"])
