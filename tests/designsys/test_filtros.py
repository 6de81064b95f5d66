"""Datas, números e textos como aparecem nas páginas."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from pen.designsys import filtros

MEIA_NOITE_E_MEIA_EM_UTC = datetime(2026, 11, 21, 0, 30, tzinfo=UTC)  # ainda é dia 20 em Brasília


def test_instantes_aparecem_na_hora_de_brasilia():
    assert filtros.data(MEIA_NOITE_E_MEIA_EM_UTC) == "20/11/2026"
    assert filtros.data_hora(MEIA_NOITE_E_MEIA_EM_UTC) == "20/11/2026 às 21:30"
    assert filtros.data_extenso(MEIA_NOITE_E_MEIA_EM_UTC) == "sexta-feira, 20 de novembro de 2026"


def test_o_horario_de_verao_de_antes_de_2019_e_respeitado():
    assert filtros.hora(datetime(2018, 1, 10, 12, 0, tzinfo=UTC)) == "10:00"


@pytest.mark.parametrize("valor, esperado", [(time(9, 5), "09:05"), ("14:35", "14:35"), (None, "")])
def test_hora_aceita_o_que_a_linha_do_tempo_traz(valor, esperado):
    assert filtros.hora(valor) == esperado


def test_o_primeiro_do_mes_e_ordinal():
    assert filtros.data_extenso(date(1998, 3, 1)) == "domingo, 1º de março de 1998"


@pytest.mark.parametrize("quantidade, esperado", [(0, "0 processos"), (1, "1 processo"), (1234567, "1.234.567 processos")])
def test_plural_traz_a_quantidade(quantidade, esperado):
    assert filtros.plural(quantidade, "processo", "processos") == esperado


def test_quebras_de_linha_aparecem_e_o_texto_continua_escapado():
    assert filtros.quebras("a <b>\r\nc & d\n") == "a &lt;b&gt;<br>c &amp; d"


@pytest.mark.parametrize(
    "em_bytes, esperado", [(0, "1 KB"), (12_345, "12 KB"), (2**20 - 1, "1,0 MB"), (3_565_158, "3,4 MB")]
)
def test_tamanho_diz_o_que_se_vai_baixar(em_bytes, esperado):
    assert filtros.tamanho(em_bytes) == esperado


@pytest.mark.parametrize("minutos, esperado", [(0, "0 min"), (20, "20 min"), (180, "3 h"), (200, "3 h 20 min")])
def test_horas_nao_dizem_a_parte_que_nao_ha(minutos, esperado):
    assert filtros.horas(timedelta(minutes=minutos)) == esperado
