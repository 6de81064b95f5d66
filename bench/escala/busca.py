"""Quanto demora a busca por uma, duas e três palavras, ao lado do Datasette com FTS5 sobre as mesmas linhas?

As palavras são as do próprio registro (dos assuntos e dos nomes, como aparecem), sorteadas de processos ao acaso: comuns, raras e
combinações, na proporção em que a vida as dá; e uma em vinte não existe.
"""

import http.client
import json
import random
import sqlite3
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import psycopg

from bench.ambiente import Medicao, servidor
from bench.escala import datasette
from bench.escala.linha import Linha, escrever_linhas
from bench.escala.registro import amostra, garantir
from bench.tabela import meta, numero

CONSULTAS = 150  # de cada tamanho
META_MS, META_COM_FACETAS_MS = 20.0, 60.0  # até 1 milhão; em 10 milhões, três vezes isto
_NO_FTS = """
SELECT p.numero, p.orgao, p.especie, p.assunto, p.atualizado_em FROM processo p
WHERE p.rowid IN (SELECT rowid FROM processo_fts WHERE processo_fts MATCH ?) ORDER BY p.atualizado_em DESC LIMIT 20
"""


def medir(medicao: Medicao, *, tamanho: int, rodadas: int) -> dict[str, Any]:
    """Mede, imprime a tabela e devolve os números."""
    from django.contrib.auth.models import AnonymousUser

    from pen.protocolo_integrado.selectors.busca import buscar_processos
    from pen.protocolo_integrado.services.vocabulario import aprender_palavras
    from pen.protocolo_integrado.values import FiltrosDeBusca

    garantir(medicao, tamanho)
    aprender_palavras()
    consultas = sortear_palavras(medicao)
    ninguem = AnonymousUser()
    arquivo = datasette.montar(medicao)
    meta_ms, meta_com_facetas = (m * (3 if tamanho > 1_000_000 else 1) for m in (META_MS, META_COM_FACETAS_MS))
    linhas: list[Linha] = []
    paginas: list[float] = []
    with sqlite3.connect(f"file:{arquivo}?immutable=1", uri=True) as par:
        for nome, textos in consultas.items():
            deles = _medir(textos, lambda texto: par.execute(_NO_FTS, [_em_fts(texto)]).fetchall())
            so_a_pagina = _medir(
                textos, lambda texto: buscar_processos(FiltrosDeBusca(palavras=texto), para=ninguem, com_facetas=False)
            )
            paginas += so_a_pagina
            linhas += _comparar(f"{nome}, só a página", so_a_pagina, deles, "SQLite FTS5", meta_ms)
            com_facetas = _medir(textos, lambda texto: buscar_processos(FiltrosDeBusca(palavras=texto), para=ninguem))
            linhas += _comparar(nome, com_facetas, deles, "SQLite FTS5", meta_com_facetas)
    par.close()
    todos = [texto for textos in consultas.values() for texto in textos]
    with servidor(medicao, processos=1) as base, datasette.servido(medicao, arquivo) as porta:
        nossos = _medir(todos, _por_http(int(base.rpartition(":")[2]), _na_api))
        deles = _medir(todos, _por_http(porta, _no_datasette))
        linhas += _comparar("por HTTP, todas", nossos, deles, "Datasette", meta_com_facetas)
    de_todas = percentil(paginas, 95)
    pior = max(linha.nosso for linha in linhas if linha.o_que.endswith("p95") and "só a página" not in linha.o_que)
    notas = [
        "Nossos, os vinte mais novos e o total (exato, ou estimado), e com elas as facetas dos 200 mais novos; do par, os vinte.",
        meta(f"Só a página: p95 de todas abaixo de {meta_ms:.0f} ms ({numero(de_todas, 1)} ms)", de_todas < meta_ms),
        meta(f"Com facetas: pior p95 abaixo de {meta_com_facetas:.0f} ms ({numero(pior, 1)} ms)", pior < meta_com_facetas),
    ]
    escrever_linhas(f"Busca por palavras, {numero(tamanho)} processos, {CONSULTAS} de cada", linhas, notas)
    return {"linhas": [li.em_json() for li in linhas]}


def sortear_palavras(medicao: Medicao) -> dict[str, list[str]]:
    """Buscas de uma, duas e três palavras, de processos ao acaso; sempre as mesmas para o mesmo registro."""
    sorte = random.Random(7)
    numeros = amostra(medicao, 2_000)
    with psycopg.connect(medicao.url) as banco:
        textos = banco.execute(
            "SELECT r.assunto, coalesce(string_agg(i.nome, ' '), '') FROM protocolo_integrado_registro r"
            " LEFT JOIN protocolo_integrado_interessado i ON i.numero = r.numero AND i.orgao_id = r.orgao_id"
            " WHERE r.numero = ANY(%s) GROUP BY r.numero, r.orgao_id, r.assunto ORDER BY r.numero",
            [numeros],
        ).fetchall()
    sorteadas: dict[str, list[str]] = {}
    for quantas, nome in enumerate(("uma palavra", "duas palavras", "três palavras"), start=1):
        lista: list[str] = []
        while len(lista) < CONSULTAS:
            assunto, nomes = sorte.choice(textos)
            palavras = [
                p for p in f"{assunto} {nomes}".replace(":", " ").replace(",", " ").split() if len(p) > 4 and p.isalpha()
            ]
            if len(palavras) >= quantas:
                lista.append(" ".join(sorte.sample(palavras, quantas)) + (" xyzwq" if sorte.random() < 0.05 else ""))
        sorteadas[nome] = lista
    return sorteadas


def _comparar(nome: str, nossos: list[float], deles: list[float], quem: str, limite: float) -> list[Linha]:
    return [
        Linha(f"{nome}, p{p}", percentil(nossos, p), "ms", quem, percentil(deles, p), maior=False,
              meta=limite if p == 95 else None)
        for p in (50, 95)
    ]  # fmt: skip


def _em_fts(texto: str) -> str:
    return " ".join(f'"{palavra}"' for palavra in texto.split())


def _na_api(texto: str) -> tuple[str, str, str]:
    return "POST", "/api/v1/buscas", json.dumps({"palavras": texto})


def _no_datasette(texto: str) -> tuple[str, str, str]:
    return "GET", f"/pen/processo.json?_search={quote(texto)}&_sort_desc=atualizado_em&_size=20&_nocount=1", ""


def _por_http(porta: int, pedido: Callable[[str], tuple[str, str, str]]) -> Callable[[str], object]:
    conexao = http.client.HTTPConnection("127.0.0.1", porta, timeout=120)

    def pedir(texto: str) -> None:
        metodo, caminho, corpo = pedido(texto)
        conexao.request(metodo, caminho, corpo.encode(), {"Content-Type": "application/json"})
        resposta = conexao.getresponse()
        if resposta.read() and resposta.status != 200:
            raise SystemExit(f"{caminho} respondeu {resposta.status}.")

    return pedir


def _medir(textos: list[str], buscar: Callable[[str], object]) -> list[float]:
    """Milissegundos de cada busca, depois de uma volta que aquece o cache."""
    for texto in textos:
        buscar(texto)
    tempos = []
    for texto in textos:
        inicio = time.perf_counter()
        buscar(texto)
        tempos.append((time.perf_counter() - inicio) * 1000)
    return tempos


def percentil(valores: list[float], p: int) -> float:
    """O valor que ``p`` por cento não passam."""
    return sorted(valores)[min(len(valores) - 1, len(valores) * p // 100)]
