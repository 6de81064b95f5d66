"""A política de silêncio como conta: quando se lembra, e quando se encerra."""

from datetime import date, datetime, timedelta

import pytest

from pen.atendimento.enums import Relogio
from pen.atendimento.values.expediente import Expediente
from pen.atendimento.values.silencio import Lembrado, Politica, Providencia, encerra_em, providenciar
from pen.comum.tempo import BRASILIA

EXPEDIENTE = Expediente({dia: [(8 * 60, 18 * 60)] for dia in range(5)}, {date(2026, 11, 20): [(0, 1440)]})
CORRIDA = Politica(Relogio.CORRIDO, 72, (24, 48))
UTIL = Politica(Relogio.UTIL, 72, (24, 48))


def em(texto: str) -> datetime:
    return datetime.fromisoformat(texto).replace(tzinfo=BRASILIA)


SEGUNDA = em("2026-11-16T10:00")  # feriado na sexta, dia 20
QUINTA = em("2026-11-19T17:30")


def lembrados(desde: datetime, *, entregue: bool = True) -> list[Lembrado]:
    return [Lembrado(em, em if entregue else None) for em in (desde + timedelta(hours=h) for h in (24, 48))]


def fazer(politica: Politica, desde: datetime, agora: datetime, feitos=()) -> Providencia:
    return providenciar(politica, EXPEDIENTE, desde=desde, lembrados=feitos, agora=agora)


def test_lembrete_24_48():
    um = lembrados(SEGUNDA)[:1]

    assert fazer(CORRIDA, SEGUNDA, SEGUNDA + timedelta(hours=23, minutes=59)) == Providencia.ESPERAR
    assert fazer(CORRIDA, SEGUNDA, SEGUNDA + timedelta(hours=24)) == Providencia.LEMBRAR
    assert fazer(CORRIDA, SEGUNDA, SEGUNDA + timedelta(hours=47), um) == Providencia.ESPERAR
    assert fazer(CORRIDA, SEGUNDA, SEGUNDA + timedelta(hours=48), um) == Providencia.LEMBRAR


def test_encerra_com_72_horas_dois_lembretes_e_no_expediente():
    assert fazer(CORRIDA, SEGUNDA, em("2026-11-19T09:59"), lembrados(SEGUNDA)) == Providencia.ESPERAR
    assert fazer(CORRIDA, SEGUNDA, em("2026-11-19T10:00"), lembrados(SEGUNDA)) == Providencia.ENCERRAR


def test_72h_quinta_17h30_antes_de_feriado():
    no_domingo, na_segunda = em("2026-11-22T17:30"), em("2026-11-23T08:00")

    assert fazer(CORRIDA, QUINTA, no_domingo, lembrados(QUINTA)) == Providencia.ESPERAR
    assert fazer(CORRIDA, QUINTA, na_segunda, lembrados(QUINTA)) == Providencia.ENCERRAR
    assert encerra_em(CORRIDA, EXPEDIENTE, QUINTA) == na_segunda
    assert encerra_em(UTIL, EXPEDIENTE, QUINTA) == em("2026-12-02T09:30")


def test_nao_fecha_sem_prova_de_aviso():
    na_hora = em("2026-11-19T10:00")

    assert fazer(CORRIDA, SEGUNDA, na_hora, lembrados(SEGUNDA, entregue=False)) == Providencia.SEM_PROVA
    um_entregue = [lembrados(SEGUNDA)[0], lembrados(SEGUNDA, entregue=False)[1]]
    assert fazer(CORRIDA, SEGUNDA, na_hora, um_entregue) == Providencia.ENCERRAR


def test_depois_de_dias_parado_o_sistema_nao_lembra_duas_vezes_nem_encerra_logo():
    volta = SEGUNDA + timedelta(days=6)
    feitos = [Lembrado(volta, volta)]

    assert fazer(CORRIDA, SEGUNDA, volta) == Providencia.LEMBRAR
    assert fazer(CORRIDA, SEGUNDA, volta + timedelta(hours=1), feitos) == Providencia.ESPERAR
    assert fazer(CORRIDA, SEGUNDA, volta + timedelta(hours=24), feitos) == Providencia.LEMBRAR
    feitos.append(Lembrado(volta + timedelta(hours=24), volta))
    assert fazer(CORRIDA, SEGUNDA, volta + timedelta(hours=25), feitos) == Providencia.ESPERAR
    assert fazer(CORRIDA, SEGUNDA, volta + timedelta(hours=48), feitos) == Providencia.ENCERRAR


@pytest.mark.parametrize("politica", [CORRIDA, UTIL])
def test_nunca_se_encerra_fora_do_expediente(politica):
    for hora in range(24 * 21):
        agora = QUINTA + timedelta(hours=hora)
        if fazer(politica, QUINTA, agora, lembrados(QUINTA)) == Providencia.ENCERRAR:
            assert EXPEDIENTE.aberto(agora)
