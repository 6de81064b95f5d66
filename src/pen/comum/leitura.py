"""Ler da réplica: só as páginas marcadas, e nunca menos do que quem pede acabou de gravar.

O padrão é o servidor principal, porque um serviço lê para decidir o que grava. Uma página marcada com ``le_da_replica`` só
lê, e pode ser refeita: se o servidor cai no meio, ela é lida de novo no outro, e quem pediu não fica sabendo.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import wraps
from typing import Any, NamedTuple, ParamSpec, TypeVar

import structlog
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.http import HttpRequest, HttpResponse

from pen.comum.postgresql.base import disjuntor

PRINCIPAL, REPLICA = DEFAULT_DB_ALIAS, "leitura"
COOKIE = "pen_posicao"
VALIDADE_DO_COOKIE = 300  # segundos; depois disso, quem protege é o atraso máximo da réplica
INTERVALO = 1.0  # segundos entre duas perguntas à réplica sobre o atraso dela
COMANDO_CANCELADO = "57014"  # passou do tempo máximo: no outro servidor passaria também
LER = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})

_ESTADO = """
SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END - '0/0',
    CASE WHEN NOT pg_is_in_recovery() OR pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0
        ELSE extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()) END,
    NOT pg_is_in_recovery() OR EXISTS (SELECT FROM pg_stat_get_wal_receiver() WHERE pid IS NOT NULL)
"""
log = structlog.stdlib.get_logger("pen.leitura")
_lendo_de: ContextVar[str] = ContextVar("lendo_de", default=PRINCIPAL)
_gravou: ContextVar[bool] = ContextVar("gravou", default=False)
P = ParamSpec("P")
R = TypeVar("R")


def conexao_de_leitura() -> BaseDatabaseWrapper:
    """A conexão de que este pedido lê: a da réplica numa página marcada, a do principal no resto e dentro de transação dele."""
    principal = connections[PRINCIPAL]
    return principal if principal.in_atomic_block else connections[_lendo_de.get()]


def le_da_replica(view: Callable[P, R]) -> Callable[P, R]:
    """Marca uma view que só lê, e que pode ser refeita sem dano. Sem ``DATABASE_URL_LEITURA``, não faz nada.

    O primeiro argumento da view é o pedido. A resposta deve sair pronta dela: o que se lê depois vem do principal.
    """

    @wraps(view)
    def marcada(*partes: P.args, **nomeadas: P.kwargs) -> R:
        if REPLICA not in settings.DATABASES:
            return view(*partes, **nomeadas)
        request: Any = partes[0]
        request.so_leu = True
        servidor = REPLICA if replica.serve(_posicao_pedida(request)) else PRINCIPAL
        try:
            with _lendo(servidor):
                return view(*partes, **nomeadas)
        except (OperationalError, InterfaceError) as erro:
            if getattr(erro.__cause__, "sqlstate", None) == COMANDO_CANCELADO:
                raise
            outro = PRINCIPAL if _responde(PRINCIPAL) else REPLICA
            log.warning("leitura refeita", de=servidor, em=outro, erro=type(erro).__name__)
        with _lendo(outro):
            return view(*partes, **nomeadas)

    return marcada


class Roteador:
    """``DATABASE_ROUTERS``: grava-se no principal; lê-se de onde a página marcada lê."""

    def db_for_read(self, model: Any, **dicas: Any) -> str:
        """Os de ``MODELOS_DO_PRINCIPAL`` só vêm da réplica quando o principal está fora."""
        if model._meta.label_lower in settings.MODELOS_DO_PRINCIPAL and not disjuntor(PRINCIPAL).aberto:
            return PRINCIPAL
        return conexao_de_leitura().alias

    def db_for_write(self, model: Any, **dicas: Any) -> str:
        """Sempre o principal."""
        _gravou.set(True)
        return PRINCIPAL

    def allow_relation(self, um: Any, outro: Any, **dicas: Any) -> bool:
        """Os dois servidores têm as mesmas linhas."""
        return True

    def allow_migrate(self, db: str, app_label: str, **dicas: Any) -> bool:
        """A réplica recebe as tabelas do principal."""
        return db == PRINCIPAL


class MiddlewareDeLeitura:
    """Depois de um pedido que gravou, diz no navegador até onde a réplica precisa ter chegado para servir a ele.

    O cookie tem só a posição do banco. Quem não manda cookie nenhum (os sistemas) não o recebe.
    """

    def __init__(self, seguinte: Callable[[HttpRequest], HttpResponse]) -> None:
        self.seguinte = seguinte

    def __call__(self, request: HttpRequest) -> HttpResponse:
        _gravou.set(False)
        resposta = self.seguinte(request)
        mudou = _gravou.get() or (request.method not in LER and not getattr(request, "so_leu", False))
        if mudou and request.COOKIES and resposta.status_code < 500:
            resposta.set_cookie(
                COOKIE, f"{_posicao_do_principal():x}", max_age=VALIDADE_DO_COOKIE, httponly=True, samesite="Lax",
                secure=settings.SESSION_COOKIE_SECURE,
            )  # fmt: skip
        return resposta


class EstadoDaReplica(NamedTuple):
    """Até onde a réplica chegou; ``atraso`` em segundos, ``None`` se não se sabe; se ela está ligada ao principal."""

    posicao: int
    atraso: float | None
    recebendo: bool


class _Replica:
    """O que este processo sabe da réplica; pergunta-se a ela no máximo uma vez por ``INTERVALO``, fora quem acabou de gravar."""

    def __init__(self) -> None:
        self._trava = threading.Lock()
        self._estado: EstadoDaReplica | None = None
        self._perguntado_em = float("-inf")

    def serve(self, posicao: int) -> bool:
        """Se ela responde, não está atrasada e já chegou à ``posicao``."""
        estado = self._estado
        if time.monotonic() - self._perguntado_em > INTERVALO and self._trava.acquire(blocking=False):
            try:
                estado = self._perguntar()
            finally:
                self._trava.release()
        elif estado is not None and estado.posicao < posicao:
            estado = self._perguntar()
        if estado is None or estado.posicao < posicao:
            return False
        if estado.atraso is None or estado.atraso > settings.REPLICA_ATRASO_MAXIMO:
            return False
        return estado.recebendo or disjuntor(PRINCIPAL).aberto

    def _perguntar(self) -> EstadoDaReplica | None:
        estado = None
        with suppress(OperationalError, InterfaceError):
            estado = estado_da_replica()
        self._estado, self._perguntado_em = estado, time.monotonic()
        return estado


replica = _Replica()


def estado_da_replica() -> EstadoDaReplica:
    """O estado, perguntado agora. Levanta os erros de banco do Django."""
    with connections[REPLICA].cursor() as cursor:
        cursor.execute(_ESTADO)
        posicao, atraso, recebendo = cursor.fetchone()
    return EstadoDaReplica(int(posicao), None if atraso is None else float(atraso), recebendo)


@contextmanager
def _lendo(servidor: str) -> Iterator[None]:
    ficha = _lendo_de.set(servidor)
    try:
        yield
    finally:
        _lendo_de.reset(ficha)


def _responde(servidor: str) -> bool:
    """Se dá para falar com o servidor; solta antes a conexão que morreu no meio do pedido."""
    conexao = connections[servidor]
    try:
        conexao.close_if_unusable_or_obsolete()
        conexao.ensure_connection()
    except (OperationalError, InterfaceError):
        return False
    return True


def _posicao_pedida(request: HttpRequest) -> int:
    try:
        return int(request.COOKIES.get(COOKIE, "0")[:16], 16)
    except ValueError:
        return 0


def _posicao_do_principal() -> int:
    with suppress(OperationalError, InterfaceError), connections[PRINCIPAL].cursor() as cursor:
        cursor.execute("SELECT pg_current_wal_lsn() - '0/0'")
        return int(cursor.fetchone()[0])
    return 2**64 - 1  # não se sabe: a réplica só serve quando o cookie vencer
