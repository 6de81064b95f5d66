"""Ler, conferir e gerar números: os casos conhecidos, um por frase."""

import csv
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from pen.comum.errors import ErroDeDominio
from pen.nup.public import (
    Forma,
    Numero,
    NupInvalido,
    Pista,
    Veredito,
    chaves_possiveis,
    digitos_mod97,
    digitos_verificadores,
    gerar_nipe,
    gerar_nup,
    ler_numero,
)
from pen.nup.values.numeros import explicar

PEDIDOS = Path(__file__).parents[2] / "src/pen/config/dados/pedidos_esic_2017.csv"


def pedidos_reais() -> list[str]:
    with PEDIDOS.open(encoding="utf-8", newline="") as texto:
        return [linha["nup"] for linha in csv.DictReader(texto)]


def lido_como(texto: str) -> tuple[Forma, Veredito, str]:
    numero = ler_numero(texto)
    return numero.forma, numero.veredito, numero.formatado


# Dígitos verificadores


@pytest.mark.parametrize(
    "formatado",
    [
        "50650.001658/2017-17",  # primeira soma 396, resto 0: dígito 1
        "50650.002822/2017-03",  # primeira soma 364, resto 1: dígito 0
        "25820.003775/2017-61",  # segunda soma 495, resto 0: dígito 1
        "50650.002731/2017-60",  # segunda soma 408, resto 1: dígito 0
        "00086.000244/2017-46",
        "12345.123456/1234-54",  # exemplo da página do PEN
        "18600.056687/2023-39",
    ],
)
def test_numero_atual_confere_com_e_sem_mascara(formatado):
    sem_mascara = "".join(c for c in formatado if c.isdigit())

    assert lido_como(formatado) == (Forma.ATUAL, Veredito.OK, formatado)
    assert lido_como(sem_mascara) == (Forma.ATUAL, Veredito.OK, formatado)


@pytest.mark.parametrize(
    "formatado",
    ["15374.001096/99-01", "11543.000298/00-38", "13016.000285/99-10", "13873.000086/99-93", "13890.000115/00-79"],
)
def test_numero_com_ano_de_dois_algarismos_confere_com_e_sem_mascara(formatado):
    sem_mascara = "".join(c for c in formatado if c.isdigit())

    assert lido_como(formatado) == (Forma.ANTIGA, Veredito.OK, formatado)
    assert lido_como(sem_mascara) == (Forma.ANTIGA, Veredito.OK, formatado)


@pytest.mark.parametrize(("base", "dv"), [("0002308000000012016", "30"), ("0000046000012342020", "89")])
def test_digitos_de_21_algarismos_sao_de_modulo_97(base, dv):
    assert digitos_mod97(base) == dv
    assert lido_como(base + dv)[:2] == (Forma.SIORG_21, Veredito.OK)


@pytest.mark.parametrize("base", ["", "12a", "１２３", "1" * 51])
def test_base_que_nao_e_so_de_algarismos_e_recusada(base):
    with pytest.raises(NupInvalido):
        digitos_verificadores(base)
    with pytest.raises(NupInvalido):
        digitos_mod97(base)


def test_todos_os_pedidos_reais_do_esic_conferem_com_e_sem_mascara():
    reais = pedidos_reais()

    assert len(reais) == 3743
    for real in reais:
        assert lido_como(real) == (Forma.ATUAL, Veredito.OK, real)
        assert lido_como(ler_numero(real).normalizado) == (Forma.ATUAL, Veredito.OK, real)


def test_todos_os_pedidos_reais_sobrevivem_a_planilha_que_come_zeros():
    for real in pedidos_reais():
        numero = ler_numero(ler_numero(real).normalizado.lstrip("0"))

        assert (numero.formatado, numero.veredito) == (real, Veredito.OK)


def test_digitos_do_ano_de_dois_algarismos_valem_no_numero_reescrito_com_quatro():
    dv = digitos_verificadores("1034100012397")

    numero = ler_numero(f"10341.000123/1997-{dv}")

    assert numero.veredito is Veredito.OK_ANO_2_DIGITOS
    assert "regra antiga" in numero.explicacao


def test_documento_da_aneel_com_00_fixo_e_lido_mas_nao_confere():
    numero = ler_numero("48500.001234/2015-00")

    assert (numero.forma, numero.veredito) == (Forma.ATUAL, Veredito.DV_NAO_CONFERE)
    assert "(00) não conferem" in numero.explicacao


# NIPE e números de outros cadastros


def test_nipe_do_manual_confere_com_e_sem_mascara():
    esperado = (Forma.NIPE, Veredito.OK, "17.137001.000001/2026-21")

    assert lido_como("17.137001.000001/2026-21") == esperado
    assert lido_como("17.137.001.000001/2026-21") == esperado
    assert lido_como("17137001000001202621") == esperado


def test_nipe_da_figura_errada_do_manual_nao_confere_e_o_certo_confere():
    assert ler_numero("17.137001.000001/2025-42").veredito is Veredito.DV_NAO_CONFERE
    assert ler_numero("17.137001.000001/2025-42").dv_esperado == "40"
    assert ler_numero("17.137001.000001/2025-40").veredito is Veredito.OK


@pytest.mark.parametrize("texto", ["0012345-96.2017.8.26.0100", "00123459620178260100", "123459620178260100"])
def test_processo_judicial_nao_e_numero_daqui_e_a_explicacao_diz(texto):
    numero = ler_numero(texto)

    assert numero.veredito is Veredito.FORMA_DESCONHECIDA
    assert "processo judicial" in numero.explicacao


def test_numero_que_confere_como_nipe_e_como_cnj_pede_a_mascara():
    ambiguo = ler_numero("11285209220198201931")

    assert (ambiguo.forma, ambiguo.pista) == (Forma.DESCONHECIDA, Pista.AMBIGUO)
    assert "pontos, a barra e o traço" in ambiguo.explicacao
    assert ler_numero("11.285209.220198/2019-31").forma is Forma.NIPE


def test_vinte_algarismos_que_nao_conferem_em_nada_ficam_desconhecidos():
    assert ler_numero("17137001000001202622").veredito is Veredito.FORMA_DESCONHECIDA


def test_numero_do_ministerio_publico_nao_e_numero_daqui():
    assert "Ministério Público" in ler_numero("19.04.1000.0001234/2020-11").explicacao


@pytest.mark.parametrize(
    "texto",
    [
        "12/05/2017",
        "123.456.789-01",
        "11.222.333/0001-81",
        "00053-00012345/2018-11",
        "S/N",
        "",
        "\x00",
        "١٢٣٤٥٦٧٨٩٠١٢٣٤٥٦٧",
        "50650.001658/2017-17 e 50650.002822/2017-03",
    ],
)
def test_data_cpf_cnpj_e_outros_textos_nao_viram_processo(texto):
    assert ler_numero(texto).veredito is Veredito.FORMA_DESCONHECIDA


# Formas


@pytest.mark.parametrize(
    ("texto", "forma", "veredito"),
    [
        ("25000.001234/98", Forma.ANTIGA_SEM_DV, Veredito.SEM_DV),
        ("2500000123498", Forma.ANTIGA_SEM_DV, Veredito.SEM_DV),
        ("25000.001234/98-0", Forma.ANTIGA_UM_DV, Veredito.DV_NAO_CONFERE),
        ("25000.001234/98-DV", Forma.ANTIGA_LETRAS, Veredito.LETRAS_DV),
        ("2500000123498dv", Forma.ANTIGA_LETRAS, Veredito.LETRAS_DV),
        ("50650.001658/2017-DV", Forma.ATUAL_LETRAS, Veredito.LETRAS_DV),
        ("50650.001658/2025-AA", Forma.ATUAL_LETRAS, Veredito.LETRAS_DV),
        ("506500016582017DV", Forma.ATUAL_LETRAS, Veredito.LETRAS_DV),
        ("50650.001658/2017", Forma.ATUAL_SEM_DV, Veredito.SEM_DV),
        ("506500016582017", Forma.ATUAL_SEM_DV, Veredito.SEM_DV),
        ("0002308.00000001/2016-30", Forma.SIORG_21, Veredito.OK),
        ("0002308.00000001/2016-31", Forma.SIORG_21, Veredito.DV_NAO_CONFERE),
        ("123451234560654", Forma.ANTIGA, Veredito.DV_NAO_CONFERE),
    ],
)
def test_cada_forma_e_reconhecida(texto, forma, veredito):
    numero = ler_numero(texto)

    assert (numero.forma, numero.veredito) == (forma, veredito)
    assert numero.texto == texto


@pytest.mark.parametrize("forma", [f for f in Forma if f is not Forma.DESCONHECIDA])
def test_numero_formatado_e_lido_de_volta_na_mesma_forma(forma):
    normalizado = {
        Forma.ANTIGA_SEM_DV: "2500000123498",
        Forma.ANTIGA_UM_DV: "25000001234981",
        Forma.ANTIGA: "153740010969901",
        Forma.ANTIGA_LETRAS: "2500000123498DV",
        Forma.ATUAL: "50650001658201717",
        Forma.ATUAL_LETRAS: "506500016582017DV",
        Forma.ATUAL_SEM_DV: "506500016582017",
        Forma.SIORG_21: "000230800000001201630",
        Forma.NIPE: "17137001000001202621",
    }[forma]
    numero = ler_numero(Numero(normalizado, normalizado, forma, Veredito.OK).formatado)

    assert (numero.forma, numero.normalizado) == (forma, normalizado)


def test_partes_do_numero_sao_dadas_separadas():
    numero = ler_numero("50650.001658/2017-17")

    assert (numero.up, numero.sequencia, numero.ano, numero.dv) == ("50650", 1658, 2017, "17")


def test_forma_desconhecida_nao_tem_partes():
    numero = ler_numero("abc 1/2")

    assert numero.formatado == numero.normalizado == "ABC12"
    assert [numero.up, numero.sequencia, numero.ano, numero.dv, numero.dv_esperado] == [None] * 5


def test_ano_de_dois_algarismos_vira_o_seculo_certo():
    assert ler_numero("15374.001096/99-01").ano == 1999
    assert ler_numero("11543.000298/00-38").ano == 2000


# Zeros perdidos, pontuação e rótulos


@pytest.mark.parametrize("texto", ["86000244201746", "86.000244/2017-46", "86.244/2017-46", "0086 000244 2017 46"])
def test_zeros_perdidos_sao_recolocados_e_isso_e_dito(texto):
    numero = ler_numero(texto)

    assert numero.formatado == "00086.000244/2017-46"
    assert numero.veredito is Veredito.OK
    assert numero.zeros_restaurados
    assert "recolocados os zeros" in numero.explicacao


@pytest.mark.parametrize(
    "texto",
    [
        "  50650.001658/2017-17\n",
        "50650-001658-2017-17",
        "50650 001658 2017 17",
        "50650.0016582017-17",
        "5065 0001 6582 0171 7",
        "NUP: 50650.001658/2017-17.",
        "Processo nº 50650.001658/2017-17",
        "５０６５０．００１６５８／２０１７－１７",
        "50650.001658/2017\u201117",
        "5065000165\u200b8201717",
    ],
)
def test_pontuacao_espacos_e_rotulos_nao_atrapalham(texto):
    assert lido_como(texto) == (Forma.ATUAL, Veredito.OK, "50650.001658/2017-17")


def test_dezesseis_algarismos_que_nao_conferem_ficam_desconhecidos():
    assert ler_numero("8600024420174699").veredito is Veredito.FORMA_DESCONHECIDA


def test_numero_antigo_que_perdeu_um_zero_e_recomposto():
    antigo = ler_numero("08000.001234/97-" + digitos_verificadores("0800000123497"))

    assert ler_numero(antigo.normalizado[1:]).formatado == antigo.formatado


def test_quinze_algarismos_de_2017_sao_do_numero_que_perdeu_dois_zeros():
    inteiro = gerar_nup("00700", 123, 2017)

    assert ler_numero(inteiro.normalizado[2:]).normalizado == inteiro.normalizado


def test_quinze_algarismos_de_epoca_dupla_ficam_com_a_forma_antiga_mas_a_busca_tenta_as_duas():
    inteiro = gerar_nup("00700", 123, 1997)  # confere igualmente como 70000.012319/97

    assert ler_numero(inteiro.normalizado[2:]).forma is Forma.ANTIGA
    assert inteiro.normalizado in chaves_possiveis(inteiro.normalizado[2:])


def test_chave_de_forma_desconhecida_tem_so_letras_e_algarismos_e_no_maximo_50():
    assert ler_numero("ofício nº 12-çã\x00\ud800").normalizado == "OFICIONO12CA"
    assert len(ler_numero("x1" * 10_000).normalizado) == 50


# Explicações


def test_ano_que_nao_chegou_e_estranhado_sem_mudar_o_veredito():
    futuro = gerar_nup("50650", 1, 2031)

    assert futuro.veredito is Veredito.OK
    assert "2031 ainda não chegou" in explicar(futuro, hoje=date(2026, 8, 1))
    assert "ainda não" not in explicar(futuro, hoje=date(2030, 8, 1))


@pytest.mark.parametrize("texto", ["", "1", "50650.001658/2017-18", "25000.001234/98", "50650.001658/2017-DV", "x" * 999])
def test_toda_explicacao_e_de_uma_ou_duas_frases(texto):
    explicacao = ler_numero(texto).explicacao

    assert explicacao.endswith(".")
    assert 1 <= explicacao.count(". ") + 1 <= 2


# Chaves de busca


@pytest.mark.parametrize(
    ("texto", "chaves"),
    [
        ("50650.001658/2017-17", ("50650001658201717", "506500016582017DV")),
        ("506500016582017", ("506500016582017", "50650001658201717", "506500016582017DV")),
        ("50650.001658/2017-DV", ("506500016582017DV", "50650001658201717", "506500016582017")),
        ("50650.001658/2017-AA", ("506500016582017AA", "50650001658201717", "506500016582017DV", "506500016582017")),
        ("86000244201746", ("00086000244201746", "000860002442017DV", "86000244201746")),
        ("2500000123498", ("2500000123498", "250000012349819", "2500000123498DV")),
        ("48500.001234/2015-00", ("48500001234201500",)),
        ("08500.001234/2015-00", ("08500001234201500", "8500001234201500")),
        ("8500001234201500", ("8500001234201500", "08500001234201500")),
        ("S/N", ("SN",)),
        ("---", ()),
    ],
)
def test_busca_tenta_as_chaves_com_que_o_processo_pode_estar_gravado(texto, chaves):
    assert chaves_possiveis(texto) == chaves


# Geração


def test_numero_gerado_confere():
    assert gerar_nup("50650", 1658, 2017).formatado == "50650.001658/2017-17"
    assert gerar_nipe("17", "137", "001", 1, 2026).formatado == "17.137001.000001/2026-21"


@pytest.mark.parametrize(
    ("up", "sequencia", "ano", "parte"),
    [
        ("00000", 1, 2020, "up"),
        ("1234", 1, 2020, "up"),
        ("1234a", 1, 2020, "up"),
        ("１２３４５", 1, 2020, "up"),
        ("12345", 0, 2020, "sequencia"),
        ("12345", 1_000_000, 2020, "sequencia"),
        ("12345", 1, 20, "ano"),
        ("12345", 1, 2100, "ano"),
    ],
)
def test_parte_fora_da_norma_nao_gera_numero(up, sequencia, ano, parte):
    with pytest.raises(NupInvalido) as erro:
        gerar_nup(up, sequencia, ano)

    assert erro.value.detalhes["parte"] == parte
    assert (erro.value.codigo, isinstance(erro.value, ErroDeDominio)) == ("nup-invalido", True)


@pytest.mark.parametrize("partes", [("18", "137", "001"), ("17", "37", "001"), ("17", "137", "1")])
def test_nipe_com_parte_fora_da_norma_nao_e_gerado(partes):
    with pytest.raises(NupInvalido):
        gerar_nipe(*partes, 1, 2026)


def test_nucleo_do_numero_nao_carrega_o_django():
    comando = "import sys, pen.nup.public; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", comando], check=False).returncode == 0
