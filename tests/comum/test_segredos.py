"""CPF, CNPJ, senha e token no texto: o que se aponta, e o que não é."""

import pytest

from pen.comum.segredos import achar_segredos
from pen.comum.texto import cnpj_confere


@pytest.mark.parametrize(
    ("texto", "especie"),
    [
        ("o CPF 529.982.247-25 não entra", "CPF"),
        ("cpf 52998224725", "CPF"),
        ("Senha: abc123", "senha"),
        ('{"password":"xyz987"}', "senha"),
        ("usei pwd=hunter2 no teste", "senha"),
        ("Authorization: Bearer abcdefghijklmnop123", "chave ou token"),
        ("api_key=AKIA1234567890XYZ", "chave ou token"),
        ("eyJhbGciOiJI.eyJzdWIiOiIx.SflKxwRJSMeKKF", "chave ou token"),
        ("-----BEGIN RSA PRIVATE KEY-----", "chave ou token"),
    ],
)
def test_o_que_se_aponta(texto, especie):
    (achado,) = achar_segredos(texto)

    assert achado.especie == especie


@pytest.mark.parametrize(
    "texto",
    [
        "esqueci a senha do portal",
        "a senha expira em 90 dias",
        "processo 50650.001658/2017-17",  # NUP
        "o chamado PEN-2026-000123-75",
        "nup_nao_e_cpf: 23480012345202610",
        "versão 4.1.2 e IP 10.0.0.1",
        "CPF 111.111.111-11",
        "o token do gov.br venceu",
    ],
)
def test_o_que_nao_se_aponta(texto):
    assert achar_segredos(texto) == []


@pytest.mark.parametrize("nup", ["50650.001658/2017-17", "50650001658201717", "0000052998224725"])
def test_nup_nao_e_cpf(nup):
    assert achar_segredos(f"o processo {nup} não abre") == []


@pytest.mark.parametrize(
    "cnpj", ["12.ABC.345/01DE-35", "12abc345/01de-35", "12ABC34501DE35", "00.000.000/0001-91", "00000000000191"]
)
def test_cnpj_alfanumerico_detectado(cnpj):
    (achado,) = achar_segredos(f"A empresa de CNPJ {cnpj}, do contrato.")

    assert achado.especie == "CNPJ" and achado.trecho in {"12.ABC.***/****-**", "00.000.***/****-**"}


@pytest.mark.parametrize(
    "texto",
    [
        "12.ABC.345/01DE-36",  # o verificador não confere
        "12abc34501de35",  # sem sinais, em minúsculas: um código qualquer
        "X12ABC34501DE35", "12ABC34501DE350", "arquivo-12ABC34501DE35",
    ],
)  # fmt: skip
def test_o_que_so_parece_cnpj_nao_se_aponta(texto):
    assert achar_segredos(texto) == []


def test_o_fim_de_um_cnpj_nao_e_um_cpf_e_o_cpf_colado_na_palavra_continua_a_ser():
    base = next(b for b in (f"{n:03X}" for n in range(0xAAA, 0xFFF)) if b.isalpha() and cnpj_confere(b + "52998224725"))

    assert [a.especie for a in achar_segredos(f"{base}52998224725")] == ["CNPJ"]
    assert [a.especie for a in achar_segredos("CPF52998224725")] == ["CPF"]


def test_o_segredo_nao_se_mostra_inteiro():
    achados = achar_segredos("Senha: abc123 e cpf 529.982.247-25 e token=abcdefghijklmnop")

    assert [a.trecho for a in achados] == ["529.***.***-**", "ab…", "abcd…"]


def test_texto_grande_custa_pouco_e_para_em_dez():
    assert len(achar_segredos("senha=abc123 " * 10_000)) == 10
