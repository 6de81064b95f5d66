"""Consultas preparadas no servidor: o PostgreSQL as planeja uma vez por conexão, e não a cada pedido."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection

from pen.comum.leitura import conexao_de_leitura


class _CursorQuePrepara(psycopg.Cursor[Any]):
    def execute(self, query: Any, params: Any = None, **_: Any) -> "_CursorQuePrepara":
        return super().execute(query, params, prepare=True)


@contextmanager
def lendo_preparado() -> Iterator[None]:
    """Enquanto dura, ou na função que decora, cada leitura do ORM no banco principal é preparada; o resto, como o Django faz.

    Vale o que se diz em ``consultar_preparada``: só para o que se acha pela chave. Um conjunto que se lê depois já não é preparado.
    """
    with connection.execute_wrapper(_preparar):
        yield


def _preparar(executar: Callable[..., Any], sql: str, parametros: Any, varios: bool, contexto: Mapping[str, Any]) -> Any:
    ja = isinstance(contexto["cursor"].cursor, _CursorQuePrepara)  # um dentro do outro
    if not ja and not varios and sql.startswith("SELECT "):
        contexto["cursor"].cursor = _CursorQuePrepara(contexto["connection"].connection)
    return executar(sql, parametros, varios, contexto)


def consultar_preparada(
    sql: str, parametros: Sequence[Any] | Mapping[str, Any], *, grava: bool = False
) -> list[tuple[Any, ...]]:
    """As linhas de uma consulta de texto fixo, das que rodam a cada pedido; a que ``grava`` vai sempre ao principal.

    O plano é genérico (``plan_cache_mode`` nas opções da conexão): só serve a consultas que acham poucas linhas pela chave,
    quaisquer que sejam os valores. Com ``PEN_PREPARAR=nao`` nada se prepara, para quem está atrás de um distribuidor de conexões
    que não o permite. Levanta os erros de banco do Django.
    """
    conexao = connection if grava else conexao_de_leitura()
    conexao.ensure_connection()
    # É o que «conexao.cursor()» faz, com outra classe de cursor: os erros, a contagem e os testes valem do mesmo jeito.
    preparar: Any = conexao._prepare_cursor  # type: ignore[attr-defined]
    with preparar(_CursorQuePrepara(conexao.connection)) as cursor:
        cursor.execute(sql, parametros)
        linhas: list[tuple[Any, ...]] = cursor.fetchall()
        return linhas
