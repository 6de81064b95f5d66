"""Consultas preparadas no servidor: o PostgreSQL as planeja uma vez por conexão, e não a cada pedido."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

import psycopg
from django.db import connection, models

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


def como_vetor(valores: Iterable[str]) -> str:
    """O parâmetro de um ``ANY(%s::text[])``, já escrito: cem números custam um centésimo do que a lista deles custaria.

    Só para o que não tem aspas, vírgula, chaves, barra invertida nem espaço, como o número canônico, e não é ``NULL``.
    """
    return f"{{{','.join(valores)}}}"


def inserir_preparado(linha: models.Model) -> None:
    """Grava no principal uma linha nova, por um comando preparado. Não anuncia nada (``pre_save`` e ``post_save``).

    Montar o comando pelo ORM custava mais que executá-lo; aqui se monta uma vez por modelo. Levanta os erros de banco do Django.
    """
    sql, campos = _insercao(type(linha))
    consultar_preparada(
        sql, [campo.get_db_prep_save(getattr(linha, campo.attname), connection) for campo in campos], grava=True
    )


@cache
def _insercao(modelo: type[models.Model]) -> tuple[str, Sequence[Any]]:
    campos = modelo._meta.concrete_fields
    colunas = ", ".join(str(campo.column) for campo in campos)
    valores = ", ".join(["%s"] * len(campos))
    return f"INSERT INTO {modelo._meta.db_table} ({colunas}) VALUES ({valores}) RETURNING 1", campos  # noqa: S608
