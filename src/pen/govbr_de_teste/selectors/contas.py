"""As contas de teste. Os CPFs têm dígitos certos e são sequências que se veem falsas; e-mails e telefones não existem."""

from pen.govbr_de_teste.enums import Nivel
from pen.govbr_de_teste.values import Conta

CONTAS = [
    Conta(
        cpf="11122233396", nome="Fulana Inventada de Bronze", nivel=Nivel.BRONZE, email="fulana.bronze@pessoas.example",
        selos=("101",), nota="só senha",
    ),
    Conta(
        cpf="22233344405", nome="Beltrano Fictício da Prata", nivel=Nivel.PRATA, email="beltrano.prata@pessoas.example",
        telefone="61900000001", amr=("passwd", "bank"), selos=("101", "602"), nota="entrou pelo banco",
    ),
    Conta(
        cpf="33344455508", nome="Sicrana de Mentira do Ouro", nivel=Nivel.OURO, email="sicrana.ouro@pessoas.example",
        telefone="61900000002", amr=("passwd", "mfa", "otp"), selos=("201", "401", "701"), nota="com segundo fator",
    ),
    Conta(
        cpf="44455566619", nome="Joaquim Semcorreio Imaginário", nivel=Nivel.PRATA, selos=("401",), nota="sem e-mail",
    ),
    Conta(
        cpf="55566677720", nome="Certificada Hipotética da Empresa", nivel=Nivel.OURO, email="certificada@empresa.example",
        amr=("x509",), selos=("801",), cnpj="11222333000181", empresa="EMPRESA INVENTADA PARA TESTES LTDA",
        nota="certificado de pessoa jurídica",
    ),
    Conta(
        cpf="66677788830", nome="Nome de Registro Faz de Conta", nome_social="Nome Social Faz de Conta", nivel=Nivel.PRATA,
        email="nome.social@pessoas.example", amr=("passwd", "app"), selos=("301",), nota="com nome social",
    ),
    Conta(
        cpf="77788899941", nome="Incerta da Silva Postiça", nivel=Nivel.BRONZE, email="incerta@pessoas.example",
        email_confirmado=False, selos=("201",), nota="e-mail por confirmar",
    ),
    Conta(
        cpf="12345678909", nivel=Nivel.OURO, email="nome.muito.comprido.mesmo.para.ver.se.cabe@pessoas.example",
        nome="Maria Suposta Aparecida dos Exemplos e das Hipóteses Compridas de Albuquerque Fantasia Neta", selos=("901",),
        nota="nome comprido",
    ),
]  # fmt: skip


def conta_de_teste(cpf: str) -> Conta | None:
    """A conta da lista com este CPF."""
    return next((conta for conta in CONTAS if conta.cpf == cpf), None)
