"""Consultas preparadas no servidor: o PostgreSQL as planeja uma vez por conexão, e não a cada pedido."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

import psycopg
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import pq
from psycopg.adapt import PyFormat, Transformer

from pen.comum.leitura import conexao_de_leitura
from pen.comum.postgresql.base import DatabaseWrapper

_GUARDADAS = "pen_guardadas"  # o atributo da conexão em que ficam


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
    return consultar_em(connection if grava else conexao_de_leitura(), sql, parametros)


def consultar_em(
    conexao: BaseDatabaseWrapper, sql: str, parametros: Sequence[Any] | Mapping[str, Any]
) -> list[tuple[Any, ...]]:  # fmt: skip
    """O mesmo, na conexão que se diz."""
    if isinstance(conexao, DatabaseWrapper) and conexao.empresta:
        with conexao.wrap_database_errors:
            return _consultar_emprestada(conexao, sql, parametros)
    conexao.ensure_connection()
    if _deve_ir_pelo_cursor(conexao):
        # É o que «conexao.cursor()» faz, com outra classe de cursor: os erros, a contagem e os testes valem do mesmo jeito.
        preparar: Any = conexao._prepare_cursor  # type: ignore[attr-defined]
        with preparar(_CursorQuePrepara(conexao.connection)) as cursor:
            cursor.execute(sql, parametros)
            linhas: list[tuple[Any, ...]] = cursor.fetchall()
            return linhas
    conexao.validate_no_broken_transaction()
    with conexao.wrap_database_errors:
        return _guardadas_em(conexao.connection).consultar(sql, parametros)


def _consultar_emprestada(
    conexao: DatabaseWrapper, sql: str, parametros: Sequence[Any] | Mapping[str, Any]
) -> list[tuple[Any, ...]]:  # fmt: skip
    solta = conexao.emprestar()
    try:
        if not solta.autocommit:  # quem a usou antes morreu no meio de uma transação
            solta.autocommit = True
        return _guardadas_em(solta).consultar(sql, parametros)
    finally:
        conexao.devolver(solta)


def _deve_ir_pelo_cursor(conexao: BaseDatabaseWrapper) -> bool:
    """Se alguém observa os comandos, se nada se prepara, ou se é o cursor quem deve abrir a transação."""
    crua: psycopg.Connection[Any] = conexao.connection
    sem_transacao = not crua.autocommit and crua.pgconn.transaction_status == pq.TransactionStatus.IDLE
    return bool(conexao.execute_wrappers) or conexao.queries_logged or crua.prepare_threshold is None or sem_transacao


def _guardadas_em(crua: psycopg.Connection[Any]) -> "_ConsultasGuardadas":
    return vars(crua).get(_GUARDADAS) or _ConsultasGuardadas(crua)


class _ConsultasGuardadas:
    """As consultas já preparadas numa conexão, executadas pela libpq numa chamada só.

    O cursor da psycopg refaz a cada execução quem traduz cada valor e cada coluna, e custava mais que a consulta. Vivem na própria
    conexão. A psycopg, depois de um ROLLBACK ou de um DROP, esquece tudo o que preparou com ``DEALLOCATE ALL``: o nosso também.
    """

    def __init__(self, crua: psycopg.Connection[Any]) -> None:
        self._pgconn, self._tradutor = crua.pgconn, Transformer(crua)
        self._nomes: dict[tuple[str, tuple[int, ...]], bytes] = {}  # cada consulta, com os tipos dos valores
        self._soltar = crua._deallocate
        crua._deallocate = self._esquecer_o_que_se_soltou  # type: ignore[method-assign, assignment]
        setattr(crua, _GUARDADAS, self)

    def _esquecer_o_que_se_soltou(self, nome: bytes | None) -> Any:
        if nome is None:
            self._nomes.clear()
        return self._soltar(nome)

    def consultar(self, sql: str, parametros: Sequence[Any] | Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """As linhas. Levanta os erros da psycopg."""
        texto, nomes = _traduzir(sql)
        valores = [parametros[nome] for nome in nomes]  # type: ignore[index]
        escritos = self._tradutor.dump_sequence(valores, [PyFormat.TEXT] * len(valores))
        tipos = tuple(self._tradutor.types or ())
        if (guardada := self._nomes.get((sql, tipos))) is None:
            guardada = b"pen_%d" % len(self._nomes)
            self._exigir_certo(self._pgconn.prepare(guardada, texto, tipos))
            self._nomes[sql, tipos] = guardada
        resultado = self._pgconn.exec_prepared(guardada, escritos)  # type: ignore[arg-type]
        self._exigir_certo(resultado)
        self._tradutor.set_pgresult(resultado)
        return self._tradutor.load_rows(0, resultado.ntuples, tuple)

    def _exigir_certo(self, resultado: pq.abc.PGresult) -> None:
        if resultado.status in (pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK):
            return
        if self._pgconn.status != pq.ConnStatus.OK:  # o servidor foi embora sem dizer um código de erro
            raise psycopg.OperationalError("a conexão com o banco caiu")
        raise psycopg.errors.error_from_result(resultado)


@cache
def _traduzir(sql: str) -> tuple[bytes, list[str | int]]:
    """O comando com ``$1``, ``$2``… no lugar de ``%s`` e ``%(nome)s``, e o que vai em cada um."""
    nomes: list[str | int] = []

    def lugar(achado: re.Match[str]) -> str:
        if achado[0] == "%%":
            return "%"
        nome: str | int = achado[1] or len(nomes)
        if nome not in nomes:
            nomes.append(nome)
        return f"${nomes.index(nome) + 1}"

    return re.sub(r"%(?:%|s|\((\w+)\)s)", lugar, sql).encode(), nomes


def como_vetor(valores: Iterable[str]) -> str:
    """O parâmetro de um ``ANY(%s::text[])``, já escrito: cem números custam um centésimo do que a lista deles custaria.

    Só para o que não tem aspas nem barra invertida, como o número canônico.
    """
    juntos = '","'.join(valores)
    return f'{{"{juntos}"}}' if juntos else "{}"
