"""O número parte por parte, e a regra que passou, em palavras."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pen.nup.enums.numeros import Forma, Grupo, Regra
from pen.nup.values.numeros import digitos_verificadores, ler_numero
from pen.nup.values.partes import explicar_regra, partes_do_numero, regra_do_numero

DO_NUP = [Grupo.UNIDADE, Grupo.SEQUENCIA, Grupo.ANO, Grupo.DIGITOS]
DO_NIPE = [Grupo.ORIGEM, Grupo.INSTITUICAO, *DO_NUP]


@pytest.mark.parametrize(
    ("texto", "grupos", "valores"),
    [
        ("50650001658201717", DO_NUP, ["50650", "001658", "2017", "17"]),
        ("650.001658/2017-17", DO_NUP, ["00650", "001658", "2017", "17"]),
        ("15374.001096/99-01", DO_NUP, ["15374", "001096", "99", "01"]),
        ("12345.123456/99-7", DO_NUP, ["12345", "123456", "99", "7"]),
        ("50650.001658/2017-DV", DO_NUP, ["50650", "001658", "2017", "DV"]),
        ("50650.001658/2017", DO_NUP[:3], ["50650", "001658", "2017"]),
        ("0002308.00000001/2016-30", DO_NUP, ["0002308", "00000001", "2016", "30"]),
        ("17.137001.000001/2026-21", DO_NIPE, ["17", "137", "001", "000001", "2026", "21"]),
        ("não informado", [], []),
    ],
)  # fmt: skip
def test_cada_forma_se_divide_nos_seus_grupos(texto, grupos, valores):
    partes = partes_do_numero(ler_numero(texto))

    assert [p.grupo for p in partes] == grupos
    assert [p.valor for p in partes] == valores


@given(st.text("0123456789./-DV ", max_size=26))
def test_as_partes_e_os_sinais_refazem_o_numero_formatado(texto):
    numero = ler_numero(texto)
    partes = partes_do_numero(numero)

    assert "".join(p.antes + p.valor for p in partes) == ("" if numero.forma is Forma.DESCONHECIDA else numero.formatado)
    assert all(p.nome and p.explicacao.endswith(".") for p in partes)
    assert explicar_regra(numero).endswith(".")
    assert (regra_do_numero(numero) is not None) == numero.confere


@pytest.mark.parametrize(
    ("texto", "regra", "trecho"),
    [
        ("50650.001658/2017-17", Regra.MODULO_11, "conta de hoje, que usa o ano inteiro"),
        ("17.137001.000001/2026-21", Regra.MODULO_11, "a mesma dos números federais"),
        ("15374.001096/99-01", Regra.MODULO_11_ANO_2_DIGITOS, "usada até 2003"),
        ("0002308.00000001/2016-30", Regra.MODULO_97, "21 algarismos"),
        ("50650.001658/2017-18", None, "pela conta de hoje os dígitos seriam 17; pela antiga, com o ano em dois algarismos, 56"),
        ("15374.001096/99-02", None, "pela conta, os dígitos seriam 01"),
        ("50650.001658/2017", None, "não há dígitos para conferir"),
        ("50650.001658/2017-DV", None, "não há dígitos para conferir"),
    ],
)  # fmt: skip
def test_a_regra_que_passou_se_diz_em_palavras(texto, regra, trecho):
    numero = ler_numero(texto)

    assert regra_do_numero(numero) is regra
    assert trecho in explicar_regra(numero)


def test_numero_antigo_reescrito_diz_que_ano_entrou_na_conta():
    antigo = ler_numero(f"48500.002411/1997-{digitos_verificadores('4850000241197')}")

    assert regra_do_numero(antigo) is Regra.MODULO_11_ANO_2_DIGITOS
    assert "com 97 no lugar de 1997" in explicar_regra(antigo)


@pytest.mark.parametrize(
    ("texto", "grupo", "trecho"),
    [
        ("50650.001658/2017-17", Grupo.SEQUENCIA, "o 1.658º"),
        ("50650.000000/2017-17", Grupo.SEQUENCIA, "Zero é estranho"),
        ("50650.001658/2017-17", Grupo.UNIDADE, "Não diz com quem o processo está hoje"),
        ("15374.001096/99-01", Grupo.ANO, "1999"),
        ("50650.001658/2017-18", Grupo.DIGITOS, "seriam 17"),
        ("50650.001658/2017-DV", Grupo.DIGITOS, "Letras no lugar"),
        ("17.137001.000001/2026-21", Grupo.ORIGEM, "Tocantins"),
        ("99.137001.000001/2026-12", Grupo.ORIGEM, "Não é código de nenhuma"),
    ],
)  # fmt: skip
def test_cada_parte_diz_o_que_e(texto, grupo, trecho):
    (parte,) = [p for p in partes_do_numero(ler_numero(texto)) if p.grupo is grupo]

    assert trecho in parte.explicacao
