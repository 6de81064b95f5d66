"""Instrumentos: quantos comandos foram ao banco, e quanto tempo cada parte levou. Só valem dentro deste processo."""

import os
import re
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any
from unittest.mock import patch

import psutil

_COMANDO = re.compile(r"^F\t\d+\t(?:Query|Execute)\b", re.MULTILINE)
_ALVOS = [  # o primeiro que aparece no texto dá o nome
    re.compile(r"(CREATE TEMP TABLE)"),
    re.compile(r"(INSERT INTO|UPDATE|DELETE FROM|COPY) \"?(\w+)"),
    re.compile(r"(pg_advisory\w+)"),
    re.compile(r"(SELECT)"),
]


@contextmanager
def contar_comandos() -> Iterator[list[int]]:
    """Conta os comandos que vão ao servidor pela conexão do Django, por qualquer caminho; o total sai em ``[0]``.

    Lê o rastro da libpq, e por isso vê o que o Django não vê: COPY, BEGIN e COMMIT. Um texto com vários comandos
    SQL enviado de uma vez conta um: é uma ida ao servidor.
    """
    from django.db import connection
    from psycopg.pq import Trace

    connection.ensure_connection()
    pgconn = connection.connection.pgconn
    total = [0]
    with tempfile.TemporaryFile("w+") as rastro:
        pgconn.trace(rastro.fileno())
        pgconn.set_trace_flags(Trace.SUPPRESS_TIMESTAMPS)
        try:
            yield total
        finally:
            pgconn.untrace()
            rastro.seek(0)
            total[0] = len(_COMANDO.findall(rastro.read()))


class CpuAlheia:
    """Que parte dos núcleos outros programas tomaram enquanto se media: acima de poucos por cento, meça de novo."""

    def __init__(self, pasta_do_banco: Path) -> None:
        self._postgres = pid_do_banco(pasta_do_banco)
        self._inicio = time.perf_counter()
        self._todos, self._nossos = self._somar()

    def parte(self) -> float:
        """De 0 a 1, desde a criação."""
        todos, nossos = self._somar()
        disponivel = (time.perf_counter() - self._inicio) * (psutil.cpu_count() or 1)
        return max(0.0, (todos - self._todos) - (nossos - self._nossos)) / disponivel

    def _somar(self) -> tuple[float, float]:
        maquina = psutil.cpu_times()
        todos = sum(maquina) - maquina.idle - getattr(maquina, "iowait", 0) - getattr(maquina, "guest", 0)
        return todos, sum(cpu_da_arvore(pid) for pid in (os.getpid(), self._postgres))


def pid_do_banco(pasta_do_banco: Path) -> int:
    """O processo principal do PostgreSQL da medição."""
    return int((pasta_do_banco / "pg" / "postmaster.pid").read_text().split()[0])


def cpu_da_arvore(pid: int) -> float:
    """Segundos de CPU de um processo, dos filhos que já acabaram e dos que ainda vivem."""
    total = 0.0
    raiz = psutil.Process(pid)
    for processo in [raiz, *raiz.children(recursive=True)]:
        with suppress(psutil.NoSuchProcess):
            total += sum(processo.cpu_times()[:4])
    return total


class Cronometro:
    """Soma o tempo de funções e comandos SQL escolhidos enquanto está ligado."""

    def __init__(self) -> None:
        self.segundos: dict[str, float] = defaultdict(float)

    @contextmanager
    def ligado(self, *alvos: tuple[object, str, str]) -> Iterator[None]:
        """Mede os ``alvos`` (objeto, atributo, nome que aparece), cada comando SQL do Django, cada COPY e o COMMIT."""
        import psycopg
        from django.db import connection, connections

        copiar = psycopg.Cursor.copy

        @contextmanager
        def copiar_medido(cursor: Any, comando: Any, *resto: Any, **opcoes: Any) -> Iterator[Any]:
            with self._medindo(_nome_do_comando(str(comando))), copiar(cursor, comando, *resto, **opcoes) as copia:
                yield copia

        def executar_medido(executar: Callable[..., Any], sql: str, *resto: Any) -> Any:
            with self._medindo(_nome_do_comando(sql)):
                return executar(sql, *resto)

        with ExitStack() as pilha:
            for objeto, atributo, nome in [*alvos, (connections["default"], "_commit", "COMMIT")]:
                pilha.enter_context(patch.object(objeto, atributo, self._medida(getattr(objeto, atributo), nome)))
            pilha.enter_context(patch.object(psycopg.Cursor, "copy", copiar_medido))
            pilha.enter_context(connection.execute_wrapper(executar_medido))
            yield

    def _medida(self, funcao: Callable[..., Any], nome: str) -> Callable[..., Any]:
        def medida(*argumentos: Any, **opcoes: Any) -> Any:
            with self._medindo(nome):
                return funcao(*argumentos, **opcoes)

        return medida

    @contextmanager
    def _medindo(self, nome: str) -> Iterator[None]:
        inicio = time.perf_counter()
        try:
            yield
        finally:
            self.segundos[nome] += time.perf_counter() - inicio


def _nome_do_comando(sql: str) -> str:
    achados = (alvo.search(sql) for alvo in _ALVOS)
    achado = next((a for a in achados if a), None)
    return f"SQL: {' '.join(achado.groups())}" if achado else "SQL: outro"
