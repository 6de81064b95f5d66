"""As consultas gerenciais sobre o registro: leem os totais, e não os movimentos. Ao lado, contar os movimentos de verdade."""

from datetime import date
from typing import Any

import psycopg

from bench.ambiente import Medicao
from bench.escala.linha import Linha, escrever_linhas
from bench.escala.registro import garantir
from bench.painel import _central, _medir
from bench.tabela import meta, numero

META_MS = 1_000.0
_POR_ORGAO_E_MES = """
SELECT orgao_id, date_trunc('month', registrado_em), count(*) FROM protocolo_integrado_andamento GROUP BY 1, 2
"""


def medir(medicao: Medicao, *, tamanho: int, rodadas: int) -> dict[str, Any]:
    """Mede, imprime a tabela e devolve os números."""
    from pen.protocolo_integrado.selectors.painel import CONSULTAS_GERENCIAIS, consultar_painel, filtros_do_painel

    garantir(medicao, tamanho)
    quem, periodo = _central(), filtros_do_painel(date(2024, 1, 1), date(2025, 12, 31))
    piores = {nome: _medir(lambda n=nome: consultar_painel(n, periodo, para=quem))["p95"] for nome in CONSULTAS_GERENCIAIS}
    contando = _contar(medicao)
    pior = max(piores, key=lambda nome: piores[nome])
    linhas = [
        Linha(
            f"a mais lenta ({pior}), p95", piores[pior], "ms", "contar os movimentos", contando, maior=False, meta=META_MS
        )
    ]
    notas = [
        f"{len(piores)} consultas, dois anos de 300 órgãos; os movimentos são {numero(tamanho * 8)}.",
        meta(f"cada uma em menos de {META_MS:.0f} ms", piores[pior] < META_MS),
    ]
    escrever_linhas("Relatórios, pelos totais", linhas, notas)
    return {"linhas": [li.em_json() for li in linhas], "p95_ms": piores}


def _contar(medicao: Medicao) -> float:
    with psycopg.connect(medicao.url) as banco:
        banco.execute("SET statement_timeout = 0")
        return _medir_uma(banco)


def _medir_uma(banco: "psycopg.Connection[Any]") -> float:
    import time

    inicio = time.perf_counter()
    banco.execute(_POR_ORGAO_E_MES).fetchall()
    return (time.perf_counter() - inicio) * 1000
