import re
from typing import Any

from django import forms

from pen.comum.texto import cpf_confere
from pen.designsys.forms import AchadoField, FormularioBase
from pen.identidade.public import Ambiente
from pen.protocolo_integrado.enums import SistemaDoOrgao, SituacaoDaAdesao
from pen.protocolo_integrado.selectors.adesoes import orgao_do_pedido
from pen.protocolo_integrado.values import MOTIVO_MAXIMO, DadosDoResponsavel

_TELEFONE = re.compile(r"[0-9() +./-]{8,30}")


class ResponsavelForm(FormularioBase, forms.Form):
    """O que o órgão informa de quem responde pela integração."""

    cargo = forms.CharField(label="Cargo ou função", max_length=100, error_messages={"required": "Informe o cargo."})
    portaria = forms.CharField(
        label="Portaria de designação", max_length=200, help_text="Número e data. Exemplo: Portaria 123, de 4 de maio de 2026",
        error_messages={"required": "Informe o número e a data da portaria."},
    )  # fmt: skip
    email = forms.EmailField(
        label="E-mail institucional", max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text="Do órgão, e não pessoal. É para a equipe central falar com você.",
        error_messages={"required": "Informe o e-mail institucional.", "invalid": "O e-mail deve ser como nome@orgao.gov.br."},
    )  # fmt: skip
    telefone = forms.CharField(
        label="Telefone", max_length=30, widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
        help_text="Com DDD. Exemplo: (61) 3333-4444", error_messages={"required": "Informe o telefone, com DDD."},
    )  # fmt: skip

    def clean_telefone(self) -> str:
        """Só o que um telefone tem."""
        telefone: str = self.cleaned_data["telefone"]
        if not _TELEFONE.fullmatch(telefone):
            raise forms.ValidationError("Escreva o telefone só com números, com DDD.")
        return telefone

    def responsavel(self) -> DadosDoResponsavel:
        """Os dados para o serviço; só depois de ``is_valid``."""
        dados = self.cleaned_data
        return DadosDoResponsavel(dados["cargo"], dados["portaria"], dados["email"], dados["telefone"])


class PedirAdesaoForm(ResponsavelForm):
    orgao = AchadoField(
        orgao_do_pedido, label="Órgão", max_length=200, help_text="Sigla ou código (SIORG ou IBGE). Exemplo: ANTT",
        error_messages={"required": "Informe o órgão."},
    )  # fmt: skip
    sistema = forms.TypedChoiceField(
        label="De que sistema os processos vêm", choices=SistemaDoOrgao.choices, coerce=SistemaDoOrgao,
        widget=forms.RadioSelect, error_messages={"required": "Escolha o sistema."},
    )  # fmt: skip
    sistema_nome = forms.CharField(
        label="Nome do sistema", max_length=100, required=False, help_text="Só se não for o SEI."
    )
    field_order = ["orgao", "sistema", "sistema_nome", "cargo", "portaria", "email", "telefone"]

    def clean(self) -> dict[str, Any]:
        """Outro sistema precisa de nome."""
        dados = super().clean() or {}
        if dados.get("sistema") == SistemaDoOrgao.OUTRO and not dados.get("sistema_nome"):
            self.add_error("sistema_nome", "Informe o nome do sistema.")
        return dados


class TrocarResponsavelForm(ResponsavelForm):
    cpf = forms.CharField(
        label="CPF da pessoa designada", max_length=20,
        help_text="A gestão vale quando ela entrar pelo gov.br com conta prata ou ouro.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": "Informe o CPF."},
    )  # fmt: skip
    field_order = ["cpf", "cargo", "portaria", "email", "telefone"]

    def clean_cpf(self) -> str:
        """Só os algarismos, se conferem."""
        cpf = re.sub(r"\D", "", self.cleaned_data["cpf"])
        if not cpf_confere(cpf):
            raise forms.ValidationError("O CPF não confere; verifique os algarismos.")
        return cpf


class TextoForm(FormularioBase, forms.Form):
    """Um texto obrigatório que justifica uma decisão; quem o usa diz o rótulo."""

    texto = forms.CharField(
        label="Motivo", max_length=MOTIVO_MAXIMO, widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Escreva o motivo: ele fica registrado."},
    )  # fmt: skip

    def __init__(
        self, *args: Any, rotulo: str = "Motivo", obrigatorio: bool = True, ajuda: str = "", **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        campo = self.fields["texto"]
        campo.label, campo.required, campo.help_text = rotulo, obrigatorio, ajuda


class FiltroDeAdesoesForm(FormularioBase, forms.Form):
    situacao = forms.TypedChoiceField(
        label="Situação", required=False, coerce=SituacaoDaAdesao, empty_value=None,
        choices=[("", "Todas"), *SituacaoDaAdesao.choices],
    )  # fmt: skip


class AmbienteForm(FormularioBase, forms.Form):
    ambiente = forms.TypedChoiceField(
        label="Ambiente", coerce=Ambiente, widget=forms.RadioSelect, choices=Ambiente.choices,
        error_messages={"required": "Escolha o ambiente."},
    )  # fmt: skip

    def __init__(self, *args: Any, liberados: list[Ambiente], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ambiente = self.fields["ambiente"]
        assert isinstance(ambiente, forms.TypedChoiceField)
        ambiente.choices = [(a.value, str(a.label).capitalize()) for a in liberados]
