"""A linguagem das máscaras: o que ela escreve é o que a geração escreve, e o que não é dela tem explicação."""

import doctest
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pen.nup.errors import MascaraInvalida, NupInvalido
from pen.nup.values.mascaras import (
    CAMPOS,
    MASCARA_MAXIMO,
    MASCARA_NIPE,
    MASCARA_NUP,
    Partes,
    ler_mascara,
    partes_da_unidade,
)
from pen.nup.values.numeros import UFS_IBGE, digitos_mod97, gerar_nipe, gerar_nup, ler_numero

PAGINA = Path(__file__).parents[2] / "docs/dominio/mascaras.md"
FIM = "@seq_anual_cod_unidade_sei_06d@/@ano_4d@-@dv_mod11_executivo_federal_2d@"
TOCANTINS = ler_mascara(f"17.@cod_orgao_sei_03d@@cod_unidade_sei_03d@.{FIM}")
UP_EM_DUAS = ler_mascara(f"@cod_orgao_sei_03d@@cod_unidade_sei_02d@.{FIM}")
SIORG = ler_mascara("@cod_unidade_sei_07d@.@seq_anual_cod_unidade_sei_08d@/@ano_4d@-@dv_mod97_base10_executivo_federal_2d@")

tres = st.integers(0, 999).map("{:03d}".format)
sequencias, anos = st.integers(1, 999_999), st.integers(1900, 2099)


# O que a máscara escreve


@given(st.integers(1, 99_999).map("{:05d}".format), sequencias, anos)
def test_a_mascara_do_nup_escreve_o_que_a_geracao_escreve(up, sequencia, ano):
    certo = gerar_nup(up, sequencia, ano).formatado

    assert MASCARA_NUP.aplicar(partes_da_unidade(up, sequencia, ano)) == certo
    assert UP_EM_DUAS.aplicar(Partes(sequencia, ano, cod_orgao_sei=up[:3], cod_unidade_sei=up[3:])) == certo


@given(st.sampled_from(sorted(UFS_IBGE)), tres, tres, sequencias, anos)
def test_a_mascara_do_nipe_escreve_o_que_a_geracao_escreve(origem, instituicao, up, sequencia, ano):
    certo = gerar_nipe(origem, instituicao, up, sequencia, ano).formatado

    assert MASCARA_NIPE.aplicar(partes_da_unidade(origem + instituicao + up, sequencia, ano)) == certo


@given(tres, tres, sequencias, anos)
def test_a_mascara_de_palmas_conta_nos_digitos_os_algarismos_escritos_a_mao(instituicao, up, sequencia, ano):
    escrito = TOCANTINS.aplicar(Partes(sequencia, ano, cod_orgao_sei=instituicao, cod_unidade_sei=up))

    assert escrito == gerar_nipe("17", instituicao, up, sequencia, ano).formatado


def test_o_exemplo_do_manual_do_nipe():
    assert TOCANTINS.aplicar(Partes(1, 2026, cod_orgao_sei="137", cod_unidade_sei="1")) == "17.137001.000001/2026-21"


@given(st.integers(0, 9_999_999).map("{:07d}".format), st.integers(1, 99_999_999), anos)
def test_modulo_97_e_o_da_forma_de_21_algarismos(unidade, sequencia, ano):
    escrito = SIORG.aplicar(Partes(sequencia, ano, cod_unidade_sei=unidade))

    assert escrito[-2:] == digitos_mod97(f"{unidade}{sequencia:08d}{ano}")
    assert ler_numero(escrito).confere


@given(st.integers(1, 99), st.data())
def test_codigo_e_sequencia_ocupam_a_largura_pedida(largura, dados):
    mascara = ler_mascara(f"@cod_orgao_sei_{largura:02d}d@:@seq_anual_cod_orgao_sip_{largura:02d}d@")
    codigo = dados.draw(st.text("0123456789", min_size=1, max_size=largura))
    sequencia = dados.draw(st.integers(1, 10**largura - 1))

    escrito = mascara.aplicar(Partes(sequencia, 2026, cod_orgao_sei=codigo))

    assert [len(p) for p in escrito.split(":")] == [largura, largura]
    assert [int(p) for p in escrito.split(":")] == [int(codigo), sequencia]


@given(st.text(st.characters(categories=["L", "N", "P", "Zs"], exclude_characters="@\u00a0"), min_size=1, max_size=40))
def test_o_que_nao_e_campo_sai_como_esta(texto):
    if not texto.isprintable():
        texto = "DF-"
    assert ler_mascara(texto).aplicar(Partes(1, 2026)) == texto
    assert ler_mascara(f"{texto}@cod_orgao_sip@{texto}").aplicar(Partes(1, 2026, cod_orgao_sip="7")) == f"{texto}7{texto}"


# O que não é da linguagem


@pytest.mark.parametrize(
    ("mascara", "posicao", "trecho"),
    [
        ("", 1, "está vazia"),
        ("17.@cod_uf@", 4, "«@cod_uf@», na posição 4, não existe"),
        ("@COD_ORGAO_SIP@", 1, "não existe"),
        ("@cod_orgao_sip_03d@", 1, "não existe"),
        ("@cod_unidade_sei@", 1, "não existe"),
        ("@cod_unidade_sei_5d@", 1, "não existe"),
        ("@cod_unidade_sei_005d@", 1, "não existe"),
        ("@cod_unidade_sei_００d@", 1, "não existe"),
        ("@ano_2d@", 1, "não existe"),
        ("@dv_mod11_executivo_federal_1d@", 1, "não existe"),
        ("@@", 1, "«@@», na posição 1, não existe"),
        ("1@ano_4d", 2, "abre um campo que não fecha"),
        ("@ano_4d@@", 9, "abre um campo que não fecha"),
        ("@cod_orgao_sei_00d@", 1, "largura"),
        ("@ano_4d@-@dv_mod11_executivo_federal_2d@/SP", 41, "Nada pode vir depois"),
        ("1@dv_mod11_executivo_federal_2d@@dv_mod97_base10_executivo_federal_2d@", 33, "Nada pode vir depois"),
        ("@seq_anual_cod_unidade_sei_06d@@seq_anual_cod_orgao_sip_06d@", 32, "Só pode haver uma sequência"),
        ("SP-@dv_mod11_executivo_federal_2d@", 4, "Não há algarismo antes"),
        ("12\n34", 3, "caractere invisível"),
        ("1" * (MASCARA_MAXIMO + 1), MASCARA_MAXIMO + 1, "o máximo é 300"),
    ],
)  # fmt: skip
def test_mascara_errada_diz_o_que_e_onde(mascara, posicao, trecho):
    with pytest.raises(MascaraInvalida, match=re.escape(trecho)) as erro:
        ler_mascara(mascara)

    assert (erro.value.codigo, erro.value.detalhes["posicao"]) == ("mascara-invalida", posicao)


def test_trezentos_caracteres_ainda_cabem():
    assert str(ler_mascara("1" * MASCARA_MAXIMO)) == "1" * MASCARA_MAXIMO


@given(st.text(max_size=320) | st.lists(st.sampled_from([*CAMPOS, "@ano_4d@", "1", "@"]), max_size=8).map("".join))
def test_nenhum_texto_derruba_a_leitura(texto):
    try:
        mascara = ler_mascara(texto)
    except MascaraInvalida as erro:
        assert 1 <= erro.detalhes["posicao"] <= MASCARA_MAXIMO + 1
    else:
        assert "".join(p.texto for p in mascara.pecas) == str(mascara) == texto


@pytest.mark.parametrize(
    ("partes", "parte"),
    [
        (Partes(1, 2026), "cod_unidade_sei"),
        (Partes(1, 2026, cod_unidade_sei="123456"), "cod_unidade_sei"),
        (Partes(1, 2026, cod_unidade_sei="000001"), "cod_unidade_sei"),
        (Partes(1, 2026, cod_unidade_sei="5065A"), "cod_unidade_sei"),
        (Partes(1, 2026, cod_unidade_sei="５０６５０"), "cod_unidade_sei"),
        (Partes(0, 2026, cod_unidade_sei="50650"), "sequencia"),
        (Partes(1_000_000, 2026, cod_unidade_sei="50650"), "sequencia"),
        (Partes(10**5000, 2026, cod_unidade_sei="50650"), "sequencia"),
        (Partes(1, 1899, cod_unidade_sei="50650"), "ano"),
        (Partes(1, 26, cod_unidade_sei="50650"), "ano"),
    ],
)  # fmt: skip
def test_parte_que_falta_ou_nao_cabe_e_recusada(partes, parte):
    with pytest.raises(NupInvalido) as erro:
        MASCARA_NUP.aplicar(partes)

    assert erro.value.detalhes["parte"] == parte


@pytest.mark.parametrize("dv", ["@dv_mod11_executivo_federal_2d@", "@dv_mod97_base10_executivo_federal_2d@"])
def test_numero_com_algarismos_demais_e_recusado_antes_da_conta(dv):
    with pytest.raises(NupInvalido, match="o máximo é 50"):
        ler_mascara(f"@cod_orgao_sip@{dv}").aplicar(Partes(1, 2026, cod_orgao_sip="1" * 6000))


# A página da documentação


def test_os_exemplos_da_pagina_sao_o_que_o_codigo_responde():
    resultado = doctest.testfile(str(PAGINA), module_relative=False)

    assert resultado.attempted >= 6 and resultado.failed == 0


def test_a_pagina_conta_todos_os_campos_e_nenhum_a_mais():
    campos = re.findall(r"^\| `(@[^`]+@)` \|", PAGINA.read_text(), re.MULTILINE)

    assert campos == list(CAMPOS)
