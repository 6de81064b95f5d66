"""Consultas preparadas: o banco as planeja uma vez, e os erros e a contagem são os do Django."""

import pytest
from django.db import DataError, connection
from django.test.utils import CaptureQueriesContext

from pen.comum.preparadas import consultar_preparada

pytestmark = pytest.mark.django_db


def preparadas(texto):
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s", [f"%{texto}%"])
        return cursor.fetchone()[0]


def test_a_mesma_consulta_e_preparada_uma_vez_e_aceita_outros_valores():
    sql = "SELECT n * 2 AS dobro_marcado FROM unnest(%s::int[]) AS n"

    assert consultar_preparada(sql, [[1, 2]]) == [(2,), (4,)]
    assert consultar_preparada(sql, [[5]]) == [(10,)]
    assert preparadas("dobro_marcado") == 1


def test_conta_como_as_outras_e_o_erro_e_o_do_django():
    with CaptureQueriesContext(connection) as consultas:
        consultar_preparada("SELECT %s::int", [1])
    assert len(consultas) == 1

    with pytest.raises(DataError):
        consultar_preparada("SELECT 1 / %s::int", [0])
