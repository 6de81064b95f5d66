"""Horas úteis: somar, contar e explicar, com feriados e dias pela metade."""

import random
from datetime import date, datetime, timedelta

import pytest

from pen.atendimento.errors import SemExpediente
from pen.atendimento.values.expediente import Expediente
from pen.comum.tempo import BRASILIA

SEMANA = {dia: [(8 * 60, 18 * 60)] for dia in range(5)}
FECHADO = {
    date(2026, 2, 18): [(0, 14 * 60)],  # Cinzas
    date(2026, 11, 20): [(0, 1440)],
    date(2026, 12, 24): [(13 * 60, 1440)],
    date(2026, 12, 25): [(0, 1440)],
}
EXPEDIENTE = Expediente(SEMANA, FECHADO)


def em(texto: str) -> datetime:
    return datetime.fromisoformat(texto).replace(tzinfo=BRASILIA)


def horas(quantas: float) -> timedelta:
    return timedelta(hours=quantas)


@pytest.mark.parametrize(
    ("inicio", "quanto", "fim"),
    [
        ("2026-11-16T09:00", 2, "2026-11-16T11:00"),
        ("2026-11-16T17:00", 2, "2026-11-17T09:00"),
        ("2026-11-14T12:00", 1, "2026-11-16T09:00"),  # sábado
        ("2026-11-19T17:30", 1, "2026-11-23T08:30"),  # véspera de feriado na sexta
        ("2026-02-18T08:00", 1, "2026-02-18T15:00"),  # Cinzas: só a partir das 14h
        ("2026-12-24T12:00", 2, "2026-12-28T09:00"),  # a véspera acaba às 13h, e o Natal é sexta
        ("2026-11-16T08:00", 10, "2026-11-16T18:00"),  # o dia inteiro acaba no fechamento
    ],
)
def test_somar_conta_so_o_expediente(inicio, quanto, fim):
    assert EXPEDIENTE.somar(em(inicio), horas(quanto)) == em(fim)


def test_abrir_domingo_prazo_segunda_8h():
    assert EXPEDIENTE.somar(em("2026-11-15T22:00"), timedelta()) == em("2026-11-16T08:00")
    assert EXPEDIENTE.proxima_abertura(em("2026-11-15T22:00")) == em("2026-11-16T08:00")


def test_feriado_parcial_cinzas_14h():
    assert not EXPEDIENTE.aberto(em("2026-02-18T13:59"))
    assert EXPEDIENTE.aberto(em("2026-02-18T14:00"))
    assert EXPEDIENTE.entre(em("2026-02-18T00:00"), em("2026-02-19T00:00")) == horas(4)


def test_o_fechamento_ja_nao_e_expediente():
    assert EXPEDIENTE.aberto(em("2026-11-16T17:59"))
    assert not EXPEDIENTE.aberto(em("2026-11-16T18:00"))


def test_somar_e_contar_se_desfazem():
    sorte = random.Random(7)
    comeco = em("2026-01-01T00:00")
    for _ in range(5_000):
        inicio = comeco + timedelta(minutes=sorte.randrange(365 * 1440))
        quanto = timedelta(minutes=sorte.randrange(1, 200 * 60))

        fim = EXPEDIENTE.somar(inicio, quanto)

        assert EXPEDIENTE.entre(inicio, fim) == quanto
        assert EXPEDIENTE.somar(inicio, quanto - timedelta(seconds=1)) < fim


@pytest.mark.parametrize(
    ("fim", "quanto", "inicio"),
    [
        ("2026-11-16T11:00", 2, "2026-11-16T09:00"),
        ("2026-11-17T09:00", 2, "2026-11-16T17:00"),
        ("2026-11-14T12:00", 1, "2026-11-13T17:00"),  # sábado
        ("2026-11-23T08:30", 1, "2026-11-19T17:30"),  # depois do feriado na sexta
        ("2026-11-16T18:00", 10, "2026-11-16T08:00"),
        ("2026-11-15T22:00", 0, "2026-11-15T22:00"),
    ],
)
def test_subtrair_conta_so_o_expediente(fim, quanto, inicio):
    assert EXPEDIENTE.subtrair(em(fim), horas(quanto)) == em(inicio)


def test_subtrair_acha_o_ultimo_instante_de_que_se_contam_as_horas():
    sorte = random.Random(11)
    for _ in range(2_000):
        fim = em("2026-01-05T00:00") + timedelta(minutes=sorte.randrange(360 * 1440))
        quanto = timedelta(minutes=sorte.randrange(1, 200 * 60))

        inicio = EXPEDIENTE.subtrair(fim, quanto)

        assert EXPEDIENTE.entre(inicio, fim) == quanto
        assert EXPEDIENTE.entre(inicio + timedelta(seconds=1), fim) < quanto


def test_contar_para_tras_e_zero():
    assert EXPEDIENTE.entre(em("2026-11-17T10:00"), em("2026-11-16T10:00")) == timedelta()


def test_a_explicacao_lista_os_trechos_contados():
    trechos = EXPEDIENTE.trechos(em("2026-11-19T17:30"), em("2026-11-23T08:30"))

    assert [(t.inicio, t.fim) for t in trechos] == [
        (em("2026-11-19T17:30"), em("2026-11-19T18:00")), (em("2026-11-23T08:00"), em("2026-11-23T08:30")),
    ]  # fmt: skip


def test_varios_periodos_no_dia_e_a_meia_noite():
    com_almoco = Expediente({0: [(8 * 60, 12 * 60), (13 * 60, 1440)]})

    assert com_almoco.somar(em("2026-11-16T11:00"), horas(2)) == em("2026-11-16T14:00")
    assert com_almoco.entre(em("2026-11-16T00:00"), em("2026-11-17T00:00")) == horas(15)
    assert com_almoco.aberto(em("2026-11-16T23:59")) and not com_almoco.aberto(em("2026-11-17T00:00"))


def test_um_trecho_fechado_no_meio_parte_o_dia_em_dois():
    partido = Expediente(SEMANA, {date(2026, 11, 16): [(10 * 60, 11 * 60)]})

    assert partido.somar(em("2026-11-16T09:00"), horas(2)) == em("2026-11-16T12:00")


def test_calendario_sem_expediente_nao_fica_procurando():
    with pytest.raises(SemExpediente):
        Expediente({}).somar(em("2026-11-16T09:00"), horas(1))
