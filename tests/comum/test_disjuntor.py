"""A conexão com o banco: a que morreu não é emprestada, e o servidor que caiu não prende ninguém."""

import time
from contextlib import closing

import pytest
from django.db import OperationalError, connection
from psycopg_pool import PoolTimeout

from pen.comum.postgresql import base
from pen.comum.postgresql.base import Disjuntor, _Pool


@pytest.fixture
def relogio(monkeypatch):
    agora = [1000.0]
    monkeypatch.setattr(base.time, "monotonic", lambda: agora[0])
    return agora


def test_aberto_um_so_tenta_e_os_outros_desistem_na_hora(relogio):
    disjuntor = Disjuntor("x")
    disjuntor.exigir()
    disjuntor.abrir(OperationalError())

    with pytest.raises(OperationalError):
        disjuntor.exigir()
    relogio[0] += base.DESCANSO
    disjuntor.exigir()
    with pytest.raises(OperationalError):
        disjuntor.exigir()


def test_quem_alcanca_o_servidor_fecha_para_todos(relogio):
    disjuntor = Disjuntor("x")
    disjuntor.abrir(OperationalError())
    assert disjuntor.aberto

    disjuntor.fechar()

    assert not disjuntor.aberto
    disjuntor.exigir()


def test_servidor_que_recusa_conexoes_e_notado_logo():
    comeco = time.monotonic()
    pool = _Pool("host=127.0.0.1 port=1 dbname=x", open=True, min_size=1, timeout=15, reconnect_timeout=0)
    with closing(pool), pytest.raises(OperationalError):
        pool.getconn()

    assert time.monotonic() - comeco < 5


@pytest.mark.django_db
def test_conexao_que_o_servidor_fechou_nao_e_emprestada():
    with closing(
        _Pool(connection.connection.info.dsn, open=True, min_size=1, max_size=2, kwargs={"autocommit": True})
    ) as pool:
        morta = pool.getconn()
        pool.putconn(morta)
        connection.cursor().execute("SELECT pg_terminate_backend(%s, 5000)", [morta.info.backend_pid])

        viva = pool.getconn()

        assert viva is not morta and viva.execute("SELECT 1").fetchone() == (1,)
        pool.putconn(viva)


@pytest.mark.django_db
def test_pool_inteiro_em_uso_espera_e_diz_que_e_o_pool():
    with closing(_Pool(connection.connection.info.dsn, open=True, min_size=1, max_size=1)) as pool:
        emprestada = pool.getconn()

        with pytest.raises(PoolTimeout):
            pool.getconn(timeout=0.2)

        pool.putconn(emprestada)
