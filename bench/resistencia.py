"""Meia hora de carga misturada: a memória fica parada, e os tempos, também?

Ao mesmo tempo, num registro cheio: quatro conexões leem páginas e JSON de processos ao acaso, uma busca palavras e uma envia
lotes de cem documentos sem parar, metade novos e metade repetidos. De minuto em minuto anotam-se os tempos e a memória do servidor;
no fim se comparam os primeiros minutos (depois de um de aquecimento) com os últimos.
"""

import base64
import http.client
import json
import random
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from itertools import count, islice
from typing import Any
from urllib.parse import urlsplit

from bench.ambiente import Medicao, servidor
from bench.escala.busca import percentil, sortear_palavras
from bench.escala.registro import amostra, garantir
from bench.memoria import memoria_do_servidor
from bench.remessa import LOTE, SERVICO
from bench.tabela import escrever_tabela, meta, numero
from bench.volume import documentos

MINUTOS = 30
PONTA = 5  # minutos de cada ponta que se comparam
CRESCIMENTO_MAXIMO, PIORA_MAXIMA = 1.10, 1.5

Pedido = Callable[[http.client.HTTPConnection], str]


def medir(medicao: Medicao, *, tamanho: int, rodadas: int, minutos: int = MINUTOS) -> dict[str, Any]:
    """Carrega por ``minutos``, imprime a tabela e devolve os números."""
    garantir(medicao, tamanho)
    numeros, palavras = amostra(medicao, 5_000), [t for lista in sortear_palavras(medicao).values() for t in lista]
    tempos: dict[int, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    memorias: list[int] = []
    fim = threading.Event()
    with servidor(medicao, processos=2) as base:
        porta, inicio = urlsplit(base).port or 0, time.monotonic()
        trabalhos = [_ler(numeros, n) for n in range(4)] + [_buscar(palavras), _enviar(medicao)]
        fios = [threading.Thread(target=_repetir, args=(porta, t, tempos, inicio, fim), daemon=True) for t in trabalhos]
        for fio in fios:
            fio.start()
        for minuto in range(minutos):
            time.sleep(max(0.0, inicio + (minuto + 1) * 60 - time.monotonic()))
            memorias.append(memoria_do_servidor())
        fim.set()
        for fio in fios:
            fio.join(60)
    return _resumir(tempos, memorias, minutos)


def _repetir(
    porta: int, trabalho: Pedido, tempos: dict[int, dict[str, list[float]]], inicio: float, fim: threading.Event
) -> None:
    conexao = http.client.HTTPConnection("127.0.0.1", porta, timeout=120)
    while not fim.is_set():
        comeco = time.monotonic()
        nome = trabalho(conexao)
        tempos[int((comeco - inicio) // 60)][nome].append((time.monotonic() - comeco) * 1000)


def _pedir(conexao: http.client.HTTPConnection, metodo: str, caminho: str, corpo: bytes = b"", **cabecalhos: str) -> bytes:
    conexao.request(metodo, caminho, corpo, {nome.replace("_", "-"): valor for nome, valor in cabecalhos.items()})
    resposta = conexao.getresponse()
    lido = resposta.read()
    if resposta.status != 200:
        raise SystemExit(f"{caminho} respondeu {resposta.status}: {lido[:300]!r}")
    return lido


def _ler(numeros: list[str], semente: int) -> Pedido:
    sorte = random.Random(semente)

    def ler(conexao: http.client.HTTPConnection) -> str:
        nome, molde = ("página", "/protocolo/processos/{}/") if sorte.random() < 0.5 else ("JSON", "/api/v1/processos/{}")
        _pedir(conexao, "GET", molde.format(sorte.choice(numeros)))
        return nome

    return ler


def _buscar(palavras: list[str]) -> Pedido:
    sorte = random.Random(3)

    def buscar(conexao: http.client.HTTPConnection) -> str:
        corpo = json.dumps({"palavras": sorte.choice(palavras)}).encode()
        _pedir(conexao, "POST", "/api/v1/buscas", corpo, Content_Type="application/json")
        return "busca"

    return buscar


def _enviar(medicao: Medicao) -> Pedido:
    from pen.protocolo_integrado.interfaces.soap.mensagens import documento_em_xml, pedido_do_envio

    autorizacao = "Basic " + base64.b64encode(f"{medicao.orgao}:{medicao.senha}".encode()).decode()
    fonte, vezes, anterior = documentos(10**7, semente=5_000), count(), b""

    def enviar(conexao: http.client.HTTPConnection) -> str:
        nonlocal anterior
        repete = next(vezes) % 2 == 1
        if not repete:
            anterior = pedido_do_envio([documento_em_xml(d) for d in islice(fonte, LOTE)])
        _pedir(conexao, "POST", SERVICO, anterior, Authorization=autorizacao, Content_Type="text/xml")
        return "lote repetido" if repete else "lote novo"

    return enviar


def _resumir(tempos: dict[int, dict[str, list[float]]], memorias: list[int], minutos: int) -> dict[str, Any]:
    ponta = min(PONTA, max(1, minutos // 3))
    nomes = sorted({nome for minuto in tempos.values() for nome in minuto})

    def juntar(quais: range, nome: str) -> list[float]:
        return [ms for minuto in quais for ms in tempos[minuto][nome]]

    primeiros, ultimos = range(1, 1 + ponta), range(minutos - ponta, minutos)
    figuras = {}
    for nome in nomes:
        antes, depois = juntar(primeiros, nome), juntar(ultimos, nome)
        figuras[nome] = {
            "pedidos": len(juntar(range(minutos), nome)),
            "p50_ms": [round(percentil(antes, 50), 1), round(percentil(depois, 50), 1)],
            "p99_ms": [round(percentil(antes, 99), 1), round(percentil(depois, 99), 1)],
        }
    linhas = [
        [nome, numero(f["pedidos"]), *(numero(v, 1) for v in (*f["p50_ms"], *f["p99_ms"]))] for nome, f in figuras.items()
    ]
    antes_mb, depois_mb = max(memorias[1 : 1 + ponta] or memorias), max(memorias[-ponta:])
    piora = max(f["p99_ms"][1] / f["p99_ms"][0] for f in figuras.values())
    escrever_tabela(
        f"Resistência: {minutos} minutos de carga misturada",
        ["o quê", "pedidos", "p50 no começo", "p50 no fim", "p99 no começo", "p99 no fim"],
        linhas,
        [
            f"Milissegundos; o começo e o fim são {ponta} minutos.",
            f"Memória do servidor: {antes_mb} MB no começo, {depois_mb} MB no fim.",
            meta(
                f"memória cresce menos de {round((CRESCIMENTO_MAXIMO - 1) * 100)} %",
                depois_mb <= antes_mb * CRESCIMENTO_MAXIMO,
            ),
            meta(f"nenhum p99 piora mais de {numero(PIORA_MAXIMA, 1)} vez ({numero(piora, 2)})", piora <= PIORA_MAXIMA),
        ],
    )
    return {"minutos": minutos, "tempos": figuras, "memoria_mb": memorias}
