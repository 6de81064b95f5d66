"""O registro inventado sobre o qual tudo se mede, e o tempo de o fazer."""

import subprocess
import sys
import time
from typing import Any

import psycopg

from bench.ambiente import Medicao
from bench.escala.linha import Linha, escrever_linhas
from bench.tabela import meta, numero

TABELAS = ("protocolo_integrado_registro", "protocolo_integrado_andamento", "protocolo_integrado_interessado")
META_SEGUNDOS = 120.0  # para um milhão


def medir(medicao: Medicao, *, tamanho: int, rodadas: int) -> dict[str, Any]:
    """Gera o registro pelo comando de verdade; ao lado, as mesmas linhas por ``COPY`` em tabelas sem índice nenhum."""
    gerou = _gerar(tamanho)
    copiou, linhas = _copiar(medicao)
    octetos = _tamanho(medicao)
    resultado = [Linha("gerar o registro, com índices", tamanho / gerou, "processos/s", "COPY sem índices", tamanho / copiou,
                       limite=True)]  # fmt: skip
    notas = [
        f"{numero(tamanho)} processos, {numero(linhas)} linhas, {numero(octetos / 2**20)} MB, em {numero(gerou, 1)} s."
    ]
    if tamanho == 1_000_000:
        notas.append(meta(f"um milhão em menos de {META_SEGUNDOS:.0f} s", gerou < META_SEGUNDOS))
    escrever_linhas("Um registro inventado («pen volume gerar»)", resultado, notas)
    return {"linhas": [li.em_json() for li in resultado], "segundos": round(gerou, 1), "octetos": octetos}


def garantir(medicao: Medicao, tamanho: int) -> None:
    """Gera o registro se ele não está lá com esse tamanho (a recepção acrescenta, e não tira)."""
    with psycopg.connect(medicao.url) as banco:
        achado = banco.execute(
            "SELECT count(*) FROM (SELECT FROM protocolo_integrado_registro LIMIT %s) r", [tamanho]
        ).fetchone()
    if achado is None or achado[0] < tamanho:
        _gerar(tamanho)


def amostra(medicao: Medicao, quantos: int) -> list[str]:
    """Números de processos do registro, espalhados; sempre os mesmos para o mesmo registro."""
    with psycopg.connect(medicao.url) as banco:
        sql = (
            "SELECT numero FROM protocolo_integrado_registro TABLESAMPLE BERNOULLI (%s) REPEATABLE (1)"
            " WHERE numero >= '7' LIMIT %s"
        )
        total = banco.execute("SELECT count(*) FROM protocolo_integrado_registro").fetchone()
        parte = min(100.0, 150.0 * quantos / max(1, total[0] if total else 1))
        return [numero for (numero,) in banco.execute(sql, [parte, quantos]).fetchall()]


def _gerar(tamanho: int) -> float:
    inicio = time.perf_counter()
    comando = [sys.executable, "-m", "pen.config", "volume", "gerar", str(tamanho)]
    feito = subprocess.run(comando, capture_output=True, text=True, check=False)
    if feito.returncode:
        raise SystemExit(f"«pen volume gerar» falhou: {feito.stderr[-1000:]}")
    return time.perf_counter() - inicio


def _copiar(medicao: Medicao) -> tuple[float, int]:
    """As linhas das três tabelas, lidas do disco, para tabelas iguais sem índices; segundos e quantas."""
    total, segundos = 0, 0.0
    with psycopg.connect(medicao.url, autocommit=True) as banco:
        banco.execute("SET statement_timeout = 0")
        for tabela in TABELAS:
            arquivo = medicao.pasta / f"{tabela}.copia"
            with arquivo.open("wb") as saida, banco.cursor().copy(f"COPY {tabela} TO STDOUT") as copia:
                for pedaco in copia:
                    saida.write(pedaco)
            banco.execute(f"CREATE TABLE {tabela}_nua (LIKE {tabela})")
            inicio = time.perf_counter()
            with arquivo.open("rb") as entrada, banco.cursor() as cursor:
                with cursor.copy(f"COPY {tabela}_nua FROM STDIN") as copia:
                    while pedaco := entrada.read(2**20):
                        copia.write(pedaco)
                total += cursor.rowcount
            segundos += time.perf_counter() - inicio
            banco.execute(f"DROP TABLE {tabela}_nua")
            arquivo.unlink()
    return segundos, total


def _tamanho(medicao: Medicao) -> int:
    with psycopg.connect(medicao.url) as banco:
        somado = " + ".join(f"pg_total_relation_size('{tabela}')" for tabela in TABELAS)
        linha = banco.execute(f"SELECT {somado}").fetchone()
        return int(linha[0]) if linha else 0
