"""Quanto se perde, ou se ganha, ao repartir o registro em 32 partes com ``pen escala distribuir``?

As mesmas medidas antes e depois, no mesmo banco. O registro repartido tem, a mais, os documentos que se receberam ao medir o
inteiro.
"""

import subprocess
import sys
import time
from typing import Any
from urllib.parse import urlsplit

import psycopg

from bench.ambiente import Medicao, servidor
from bench.carga import Pedido, carregar
from bench.escala.busca import percentil, sortear_palavras
from bench.escala.linha import Linha, escrever_linhas
from bench.escala.recepcao import CONEXOES, DOCUMENTOS, correr, pelo_servico
from bench.escala.registro import TABELAS, amostra, garantir
from bench.pagina import CAMINHOS, PROCESSOS, comandos_e_consultas, gravar_amostra, pgbench
from bench.tabela import meio, numero

PARTICOES = 32
NUMEROS, SEGUNDOS, AQUECIMENTO = 5_000, 4, 2
ANTES, DEPOIS = 41_000, 42_000  # de onde saem os números dos documentos recebidos


def medir(medicao: Medicao, *, tamanho: int, rodadas: int) -> dict[str, Any]:
    """Mede, reparte, mede de novo, imprime a tabela e devolve os números."""
    garantir(medicao, tamanho)
    _receber(medicao, ANTES - 100)  # os mais novos são de outro vocabulário, nas duas vezes
    palavras = sortear_palavras(medicao)
    inteiro = _tudo(medicao, palavras, ANTES, rodadas)
    inicio = time.perf_counter()
    _distribuir()
    segundos = time.perf_counter() - inicio
    repartido = _tudo(medicao, palavras, DEPOIS, rodadas)
    linhas = [
        Linha(nome, repartido[nome], nome.rpartition(", ")[2], "inteiro", valor, maior=nome.endswith("/s"))
        for nome, valor in inteiro.items()
    ]
    notas = [f"Repartir levou {numero(segundos, 1)} s, com a conferência das linhas; {rodadas} rodadas."]
    escrever_linhas(f"O registro de {numero(tamanho)} processos em {PARTICOES} partes", linhas, notas)
    return {"linhas": [li.em_json() for li in linhas], "segundos_de_repartir": round(segundos, 1)}


def _tudo(medicao: Medicao, palavras: dict[str, list[str]], semente: int, rodadas: int) -> dict[str, float]:
    """Cada medida pelo nome, que acaba na unidade."""
    from django.db import connection

    connection.close()  # o que se preparou antes era das tabelas de antes
    numeros = amostra(medicao, NUMEROS)
    gravar_amostra(numeros)
    figuras = _buscas(palavras)
    with servidor(medicao, processos=PROCESSOS) as base:
        porta = urlsplit(base).port or 0
        for nome, caminho in CAMINHOS.items():
            pedidos = [Pedido(caminho.format(n)) for n in numeros]
            carregar(porta, pedidos, segundos=AQUECIMENTO)
            medidas = [carregar(porta, pedidos, segundos=SEGUNDOS) for _ in range(rodadas)]
            if any(medida.erros for medida in medidas):
                raise SystemExit(f"Respostas de «{caminho}» não foram 200.")
            consultas = comandos_e_consultas(caminho.format(numeros[0]))[1]
            no_banco = [pgbench(medicao, consultas, numeros) for _ in range(rodadas)]
            figuras[f"{nome}, /s"] = meio([m.por_segundo for m in medidas])
            figuras[f"{nome}, só as consultas, no pgbench, /s"] = meio([m.por_segundo for m in no_banco])
    figuras["documentos novos, docs/s"] = meio([_receber(medicao, semente + 100 * n) for n in range(rodadas)])
    figuras["tamanho com os índices, MB"] = _megabytes(medicao)
    return figuras


def _buscas(palavras: dict[str, list[str]]) -> dict[str, float]:
    from django.contrib.auth.models import AnonymousUser

    from pen.protocolo_integrado.selectors.busca import buscar_processos
    from pen.protocolo_integrado.values import FiltrosDeBusca

    figuras = {}
    for nome, textos in palavras.items():
        tempos = []
        for texto in [*textos, *textos]:
            inicio = time.perf_counter()
            buscar_processos(FiltrosDeBusca(palavras=texto), para=AnonymousUser())
            tempos.append((time.perf_counter() - inicio) * 1000)
        for p in (50, 95):
            figuras[f"busca com facetas, {nome}, p{p}, ms"] = percentil(tempos[len(textos) :], p)
    return figuras


def _receber(medicao: Medicao, semente: int) -> float:
    with servidor(medicao, processos=1) as uma, servidor(medicao, processos=1) as outra:
        portas = [urlsplit(base).port for base in (uma, outra)]
        assert len(portas) == CONEXOES
        return correr(
            pelo_servico,
            [(porta, medicao.orgao, medicao.senha, semente + n, DOCUMENTOS) for n, porta in enumerate(portas)],
        )


def _distribuir() -> None:
    comando = [sys.executable, "-m", "pen.config", "escala", "distribuir", "--particoes", str(PARTICOES)]
    feito = subprocess.run(comando, capture_output=True, text=True, check=False)
    if feito.returncode:
        raise SystemExit(f"«pen escala distribuir» falhou: {feito.stderr[-1000:]}")


def _megabytes(medicao: Medicao) -> float:
    """As tabelas de agora, inteiras ou a soma das suas partes."""
    with psycopg.connect(medicao.url) as banco:
        partes = "SELECT sum(pg_total_relation_size(relid)) FROM pg_partition_tree(%s) WHERE isleaf"
        sql = f"SELECT coalesce(({partes}), pg_total_relation_size(%s))"
        octetos = 0.0
        for tabela in TABELAS:
            linha = banco.execute(sql, [tabela, tabela]).fetchone()
            octetos += float(linha[0]) if linha else 0.0
    return octetos / 2**20
