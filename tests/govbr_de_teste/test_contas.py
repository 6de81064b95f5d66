"""As contas inventadas cobrem os casos e não podem ser confundidas com as de alguém."""

from dataclasses import fields, replace

import pytest
from django.core.exceptions import ImproperlyConfigured

from pen.comum.texto import cnpj_confere, cpf_confere
from pen.govbr_de_teste.apps import exigir_ambiente_de_teste
from pen.govbr_de_teste.enums import Nivel
from pen.govbr_de_teste.selectors.contas import CONTAS
from pen.govbr_de_teste.values import Conta


@pytest.mark.parametrize("conta", CONTAS, ids=lambda c: c.cpf)
def test_documentos_tem_digitos_certos_e_enderecos_nao_existem(conta):
    assert cpf_confere(conta.cpf)
    assert conta.cnpj == "" or cnpj_confere(conta.cnpj)
    assert conta.email == "" or conta.email.endswith(".example")


def test_ha_conta_para_cada_caso_que_um_cliente_precisa_provar():
    assert len({c.cpf for c in CONTAS}) == len(CONTAS) == 8
    assert {c.nivel for c in CONTAS} == set(Nivel)
    assert any(not c.email for c in CONTAS) and any(not c.email_confirmado for c in CONTAS)
    assert any(c.cnpj and c.amr == ("x509",) for c in CONTAS) and any(c.nome_social for c in CONTAS)


@pytest.mark.parametrize("conta", CONTAS, ids=lambda c: c.cpf)
def test_conta_vai_ao_json_e_volta_igual(conta):
    assert Conta.de_json(conta.para_json()) == conta


def test_email_por_confirmar_sobrevive_ao_json():
    assert Conta.de_json(replace(CONTAS[0], email_confirmado=False).para_json()).email_confirmado is False
    assert {campo.name for campo in fields(Conta)} >= set(CONTAS[4].para_json())


@pytest.mark.parametrize("valor", [False, None, "sim", 1])
def test_contexto_nao_sobe_sem_dizer_que_o_ambiente_e_de_teste(settings, valor):
    settings.GOVBR_DE_TESTE = valor

    with pytest.raises(ImproperlyConfigured, match="GOVBR_DE_TESTE"):
        exigir_ambiente_de_teste()


def test_contexto_nao_sobe_sem_a_configuracao(settings):
    del settings.GOVBR_DE_TESTE

    with pytest.raises(ImproperlyConfigured):
        exigir_ambiente_de_teste()
