"""O PostgreSQL do Django, com um disjuntor: um servidor que caiu é notado em meio segundo e não prende ninguém à espera dele.

O pool do psycopg, sozinho, entrega conexões que o servidor já fechou e faz cada pedido esperar o tempo inteiro por uma nova.

E lê os instantes com o leitor em C da psycopg: o do Django troca o fuso de cada um em Python, vinte vezes mais devagar. A
conexão já está em UTC, e o que se lê é o mesmo.
"""

import select
import threading
import time
from collections.abc import Callable
from functools import cache, partial
from typing import Any

import psycopg
import structlog
from django.db import OperationalError
from django.db.backends.base.base import NO_DB_ALIAS
from django.db.backends.postgresql import base
from psycopg import Connection
from psycopg.adapt import AdaptersMap
from psycopg.types.datetime import TimestamptzLoader
from psycopg_pool import ConnectionPool, PoolTimeout

PASSO = 0.5  # segundos de cada espera por uma conexão do pool, entre duas olhadas ao que houve com as tentativas
DESCANSO = 1.0  # segundos entre duas tentativas de alcançar um servidor que caiu
SONDAGEM = 10.0  # segundos que uma tentativa pode levar, sem que outra comece
log = structlog.stdlib.get_logger("pen.banco")


class Disjuntor:
    """O que este processo sabe de um servidor. Aberto, só um pedido por vez tenta alcançá-lo; os outros desistem na hora."""

    def __init__(self, servidor: str) -> None:
        self._servidor, self._trava = servidor, threading.Lock()
        self._aberto, self._ate = False, 0.0

    @property
    def aberto(self) -> bool:
        """Se o servidor caiu e ainda não é hora de tentar de novo."""
        return self._aberto and time.monotonic() < self._ate

    def exigir(self) -> None:
        """Levanta ``OperationalError`` se não é hora de tentar; senão, quem chamou é quem tenta."""
        if not self._aberto:
            return
        with self._trava:
            if self.aberto:
                raise OperationalError(f"o servidor «{self._servidor}» não respondeu há pouco")
            self._ate = time.monotonic() + SONDAGEM

    def abrir(self, erro: Exception) -> None:
        """O servidor não foi alcançado."""
        with self._trava:
            novidade, self._aberto, self._ate = not self._aberto, True, time.monotonic() + DESCANSO
        if novidade:
            log.error("servidor de banco fora", servidor=self._servidor, erro=type(erro).__name__)

    def fechar(self) -> None:
        """O servidor foi alcançado."""
        if self._aberto:
            self._aberto = False
            log.warning("servidor de banco de volta", servidor=self._servidor)


_pools: dict[str, "_Pool"] = {}
_disjuntores: dict[str, Disjuntor] = {}


def disjuntor(servidor: str) -> Disjuntor:
    """O disjuntor do servidor de que fala ``DATABASES[servidor]``, um por processo."""
    return _disjuntores.setdefault(servidor, Disjuntor(servidor))


class _Pool(ConnectionPool[Connection[Any]]):
    """Empresta só conexões vivas, e desiste logo quando o servidor recusa as novas."""

    def getconn(self, timeout: float | None = None) -> Connection[Any]:
        fim = time.monotonic() + (self.timeout if timeout is None else timeout)
        recusas = self._recusas()
        while True:
            try:
                conexao = super().getconn(min(PASSO, max(fim - time.monotonic(), 0.001)))
            except PoolTimeout:
                if self._recusas() > recusas:
                    raise OperationalError("o servidor não aceita conexões") from None
                if time.monotonic() >= fim:
                    raise
                continue
            if _viva(conexao):
                return conexao
            conexao.close()
            self.putconn(conexao)

    def _recusas(self) -> int:
        return self._stats["connections_errors"]  # «get_stats» copia tudo, a cada pedido


def _viva(conexao: Connection[Any]) -> bool:
    """Se o servidor não fechou a conexão. Olha o soquete, em vez de perguntar ao banco a cada pedido."""
    try:
        olho = select.poll()
        olho.register(conexao.fileno(), select.POLLIN)
        if olho.poll(0):  # fechou, ou mandou um aviso: só perguntando
            ConnectionPool.check_connection(conexao)
    except psycopg.Error:
        return False
    return True


class DatabaseWrapper(base.DatabaseWrapper):
    """A conexão do Django, que passa pelo disjuntor e lê instantes depressa."""

    _connection_pools = _pools  # é onde ``close_pool`` os procura

    def get_connection_params(self) -> dict[str, Any]:
        """Os parâmetros do Django, com o leitor de instantes trocado."""
        parametros: dict[str, Any] = super().get_connection_params()
        return parametros | {"context": _tradutores(parametros["context"])}

    def create_cursor(self, name: str | None = None) -> Any:
        """Um cursor da conexão; com ``name``, um que lê do servidor aos poucos. O fuso é sempre UTC, e não se confere."""
        if name:
            return self.connection.cursor(name, scrollable=False, withhold=self.connection.autocommit)
        return self.connection.cursor()

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Uma conexão viva, do pool ou nova.

        Levanta:
            OperationalError: o servidor não aceita conexões, ou não aceitava há menos de ``DESCANSO``.
            PoolTimeout: ele aceita, e todas as do pool estão em uso há mais do que o ``timeout`` dele.
        """
        return self._alcancar(partial(super().get_new_connection, conn_params))

    def _alcancar(self, pegar: Callable[[], Any]) -> Any:
        servidor = disjuntor(self.alias)
        servidor.exigir()
        try:
            conexao = pegar()
        except (OperationalError, psycopg.OperationalError) as erro:
            if not isinstance(erro, PoolTimeout):
                servidor.abrir(erro)
            raise
        servidor.fechar()
        return conexao

    @property
    def empresta(self) -> bool:
        """Se um comando solto pode ir por ``emprestar``: há pool que prepare, nenhuma conexão aberta, e ninguém que os observe."""
        aberta = self.connection is not None or self.in_atomic_block
        if aberta or self.execute_wrappers or self.queries_logged or self.pool is None:
            return False
        return self.settings_dict["OPTIONS"].get("prepare_threshold") is not None

    def emprestar(self) -> Connection[Any]:
        """Uma conexão viva do pool; quem a pediu a dá a ``devolver``, haja o que houver.

        Abrir e fechar a do Django custava mais que um comando preparado, e a prendia até o fim do pedido. Levanta o mesmo que
        ``get_new_connection``.
        """
        pool: Any = self.pool
        if pool.closed:
            pool.open()
        conexao: Connection[Any] = self._alcancar(pool.getconn)
        return conexao

    def devolver(self, conexao: Connection[Any]) -> None:
        """A conexão volta ao pool, que troca por outra a que quebrou."""
        pool: Any = self.pool
        pool.putconn(conexao)

    @property
    def pool(self) -> _Pool | None:
        """O pool deste servidor, um por processo; ``None`` se está desligado."""
        opcoes = self.settings_dict["OPTIONS"].get("pool")
        if self.alias == NO_DB_ALIAS or not opcoes:
            return None
        if self.alias not in _pools:
            parametros = self.get_connection_params() | {"autocommit": True}  # o Django a liga e desliga depois
            preparar: Any = self._configure_connection  # type: ignore[attr-defined]
            novo = _Pool(
                kwargs=parametros, open=False, configure=preparar,
                reconnect_timeout=0,  # quem tenta de novo é o pedido seguinte, e não o pool, cada vez mais devagar
                **opcoes,
            )  # fmt: skip
            _pools.setdefault(self.alias, novo)
        return _pools[self.alias]


@cache
def _tradutores(do_django: AdaptersMap) -> AdaptersMap:
    tradutores = AdaptersMap(do_django)
    tradutores.register_loader("timestamptz", TimestamptzLoader)
    return tradutores
