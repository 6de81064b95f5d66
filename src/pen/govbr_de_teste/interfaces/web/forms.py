"""As duas maneiras de dizer quem entra."""

import re

from django import forms

from pen.comum.texto import cpf_confere
from pen.designsys.forms import FormularioBase
from pen.govbr_de_teste.enums import Nivel
from pen.govbr_de_teste.selectors.contas import CONTAS, conta_de_teste
from pen.govbr_de_teste.values import Conta


class ContaDaListaForm(FormularioBase, forms.Form):
    """Uma das contas que já existem."""

    pessoa = forms.ChoiceField(
        label="Entrar como", widget=forms.RadioSelect,
        choices=[(conta.cpf, f"{conta.nome} · {conta.nivel.label}, {conta.nota}") for conta in CONTAS],
        error_messages={"required": "Escolha uma das contas.", "invalid_choice": "Escolha uma das contas da lista."},
    )  # fmt: skip

    def conta(self) -> Conta:
        """A conta escolhida; só depois de ``is_valid``."""
        conta = conta_de_teste(self.cleaned_data["pessoa"])
        assert conta is not None
        return conta


class OutraContaForm(FormularioBase, forms.Form):
    """Uma conta inventada na hora."""

    nome = forms.CharField(label="Nome", max_length=150, error_messages={"required": "Invente um nome."})
    cpf = forms.CharField(
        label="CPF", max_length=20, help_text="Invente um com dígitos certos, como 987.654.321-00. Não use o de ninguém.",
        error_messages={"required": "Digite um CPF inventado."},
    )  # fmt: skip
    email = forms.EmailField(
        label="E-mail", required=False, help_text="Vazio, é uma conta sem e-mail.",
        error_messages={"invalid": "Digite um e-mail como nome@exemplo.example."},
    )  # fmt: skip
    email_por_confirmar = forms.BooleanField(label="O e-mail ainda não foi confirmado", required=False)
    nivel = forms.ChoiceField(
        label="Nível da conta", choices=Nivel.choices,
        error_messages={"required": "Escolha o nível.", "invalid_choice": "Escolha bronze, prata ou ouro."},
    )  # fmt: skip

    def clean_cpf(self) -> str:
        """Os onze algarismos, com ou sem pontuação."""
        algarismos = re.sub(r"[.\s-]", "", self.cleaned_data["cpf"])
        if not re.fullmatch(r"[0-9]{11}", algarismos) or not cpf_confere(algarismos):
            raise forms.ValidationError("Este CPF não confere; digite 11 algarismos com os verificadores certos.")
        return algarismos

    def conta(self) -> Conta:
        """A conta descrita; só depois de ``is_valid``."""
        campos = self.cleaned_data
        return Conta(
            cpf=campos["cpf"], nome=campos["nome"], nivel=Nivel(campos["nivel"]), email=campos["email"],
            email_confirmado=not campos["email_por_confirmar"],
        )  # fmt: skip
