"""Consultas preparadas no servidor: o PostgreSQL as planeja uma vez por conexão, e não a cada pedido."""

from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
from django.db import connection


class _CursorQuePrepara(psycopg.Cursor[Any]):
    def execute(self, query: Any, params: Any = None, **_: Any) -> "_CursorQuePrepara":
        return super().execute(query, params, prepare=True)


def consultar_preparada(sql: str, parametros: Sequence[Any] | Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """As linhas de uma consulta de texto fixo, das que rodam a cada pedido.

    O plano é genérico (``plan_cache_mode`` nas opções da conexão): só serve a consultas que acham poucas linhas pela chave,
    quaisquer que sejam os valores. Com ``PEN_PREPARAR=nao`` nada se prepara, para quem está atrás de um distribuidor de conexões
    que não o permite. Levanta os erros de banco do Django.
    """
    connection.ensure_connection()
    # É o que «connection.cursor()» faz, com outra classe de cursor: os erros, a contagem e os testes valem do mesmo jeito.
    preparar: Any = connection._prepare_cursor  # type: ignore[attr-defined]
    with preparar(_CursorQuePrepara(connection.connection)) as cursor:
        cursor.execute(sql, parametros)
        linhas: list[tuple[Any, ...]] = cursor.fetchall()
        return linhas
