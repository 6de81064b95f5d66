"""Vinte conversas ao mesmo tempo, por HTTP, numa base de milhares de artigos: cada uma pergunta de segundo em segundo."""

import json
import os
import random
import threading
import time
import urllib.request
from collections.abc import Sequence
from statistics import median, quantiles
from typing import Any

from bench.ambiente import Medicao, servidor
from bench.tabela import escrever_tabela, meta, numero

CONVERSAS, SEGUNDOS, INTERVALO = 20, 45, 1.2
LIMITE_MS = 150


def medir_conversas(medicao: Medicao, *, artigos: int, perguntas: Sequence[str]) -> dict[str, Any]:
    """Enche a base, conversa e devolve as demoras, em ms."""
    quantos, trechos, segundos = _encher(artigos)
    os.environ["PEN_API_PEDIDOS_POR_MINUTO"] = "100000"
    demoras: list[float] = []
    with servidor(medicao, processos=2) as base:
        fios = [threading.Thread(target=_conversar, args=(base, perguntas, n, demoras)) for n in range(CONVERSAS)]
        for fio in fios:
            fio.start()
        for fio in fios:
            fio.join()
    figuras = {
        "artigos": quantos, "trechos": trechos, "segundos_para_indexar": round(segundos, 1), "conversas": CONVERSAS,
        "perguntas": len(demoras), "mediana_ms": round(median(demoras), 1), "p95_ms": round(quantiles(demoras, n=20)[-1], 1),
    }  # fmt: skip
    linha = (numero(quantos), numero(trechos), str(CONVERSAS), numero(len(demoras)), numero(figuras["mediana_ms"], 1),
             numero(figuras["p95_ms"], 1))  # fmt: skip
    escrever_tabela(
        "Conversas ao mesmo tempo", ("artigos", "trechos", "conversas", "perguntas", "mediana, ms", "p95, ms"), [linha]
    )
    print("  " + meta(f"p95 em até {LIMITE_MS} ms", figuras["p95_ms"] <= LIMITE_MS))
    return figuras


def _conversar(base: str, perguntas: Sequence[str], semente: int, demoras: list[float]) -> None:
    sorte, conversa, fim = random.Random(semente), "", time.monotonic() + SEGUNDOS
    time.sleep(semente * INTERVALO / CONVERSAS)
    while time.monotonic() < fim:
        corpo = json.dumps({"pergunta": sorte.choice(perguntas), "conversa": conversa}).encode()
        pedido = urllib.request.Request(
            f"{base}/api/v1/assistente/perguntas", corpo, {"Content-Type": "application/json"}
        )  # fmt: skip
        comeco = time.perf_counter()
        with urllib.request.urlopen(pedido, timeout=30) as resposta:
            conversa = json.load(resposta)["conversa"]
        demora = time.perf_counter() - comeco
        demoras.append(demora * 1000)
        time.sleep(max(0.0, INTERVALO - demora))


def _encher(artigos: int) -> tuple[int, int, float]:
    """Inventa artigos até o número pedido, com as frases dos manuais em outra ordem e um assunto que só eles têm."""
    from pen.conhecimento.models import Artigo, Trecho, VersaoDoArtigo
    from pen.conhecimento.public import Escrito, Especie, escrever_artigo, publicar_versao

    sorte, comeco = random.Random(7), time.perf_counter()
    reais = list(
        VersaoDoArtigo.objects.filter(situacao="publicada", artigo__interno=False).select_related("artigo__produto")
    )
    paragrafos = [p for versao in reais for p in versao.corpo.split("\n\n") if len(p) > 40 and "](" not in p]
    for n in range(max(0, artigos - Artigo.objects.count())):
        real = sorte.choice(reais)
        assunto = f"{''.join(sorte.choices('bcdfglmnprstv', k=2))}{sorte.choice('aeiou')}{n}"
        corpo = f"Sobre {assunto}.\n\n" + "\n\n".join(sorte.sample(paragrafos, 5))
        escrito = Escrito(titulo=f"{real.titulo} {assunto}"[:200], corpo=corpo, palavras_chave=real.palavras_chave)
        versao = escrever_artigo(por=None, especie=Especie.MANUAL, escrito=escrito, produto=real.artigo.produto)
        publicar_versao(por=None, codigo=versao.artigo.codigo)
    return Artigo.objects.count(), Trecho.objects.count(), time.perf_counter() - comeco
