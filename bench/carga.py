"""O gerador de pedidos HTTP: conexões persistentes, soquete puro, o mínimo de Python por pedido. Não importa o Django.

Divide os núcleos com o servidor e o banco, como o ``pgbench`` divide com o banco.
"""

import multiprocessing
import random
import socket
import threading
import time
from dataclasses import dataclass, field
from uuid import uuid4

PROCESSOS, CONEXOES_POR_PROCESSO = 2, 4  # com menos, o acaso pode dar todas a um só dos processos servidores
ATRASO_DA_LARGADA = 1.5  # segundos para todos os processos estarem prontos


@dataclass(frozen=True)
class Pedido:
    """Um pedido a repetir; num com corpo, cada vez leva uma ``Idempotency-Key`` nova."""

    caminho: str
    corpo: str = ""
    autorizacao: str = ""

    def bytes(self) -> bytes:
        """Como vai pelo soquete."""
        cabecalhos = [f"{'POST' if self.corpo else 'GET'} {self.caminho} HTTP/1.1", "Host: 127.0.0.1"]
        if self.corpo:
            cabecalhos += [
                f"Authorization: {self.autorizacao}", f"Idempotency-Key: {uuid4()}", "Content-Type: application/json",
                f"Content-Length: {len(self.corpo.encode())}",
            ]  # fmt: skip
        return "\r\n".join([*cabecalhos, "", self.corpo]).encode()


@dataclass
class Medida:
    """O que uma carga mediu: pedidos por segundo, latências em ms e quantas respostas não foram 200 nem 201."""

    por_segundo: float
    latencias: list[float] = field(repr=False)
    erros: int = 0

    def percentil(self, p: float) -> float:
        """A latência, em ms, que ``p`` por cento dos pedidos não passaram."""
        ordenadas = sorted(self.latencias)
        return ordenadas[min(len(ordenadas) - 1, int(len(ordenadas) * p / 100))]


def carregar(porta: int, pedidos: list[Pedido], *, segundos: float) -> Medida:
    """Repete pedidos ao acaso durante ``segundos``, por ``PROCESSOS * CONEXOES_POR_PROCESSO`` conexões ao mesmo tempo."""
    largada = time.time() + ATRASO_DA_LARGADA
    argumentos = [(porta, pedidos, largada, segundos, semente) for semente in range(PROCESSOS)]
    with multiprocessing.get_context("spawn").Pool(PROCESSOS) as processos:
        partes = processos.starmap(_processo, argumentos)
    latencias = [ms for parte, _ in partes for ms in parte]
    return Medida(len(latencias) / segundos, latencias, sum(erros for _, erros in partes))


def _processo(porta: int, pedidos: list[Pedido], largada: float, segundos: float, semente: int) -> tuple[list[float], int]:
    latencias: list[float] = []
    erros: list[int] = []
    time.sleep(max(0.0, largada - time.time()))
    fios = [
        threading.Thread(target=_conexao, args=(porta, pedidos, segundos, semente * 100 + n, latencias, erros))
        for n in range(CONEXOES_POR_PROCESSO)
    ]
    for fio in fios:
        fio.start()
    for fio in fios:
        fio.join()
    return latencias, len(erros)


def _conexao(
    porta: int, pedidos: list[Pedido], segundos: float, semente: int, latencias: list[float], erros: list[int]
) -> None:
    sorte = random.Random(semente)
    fim = time.perf_counter() + segundos
    with socket.create_connection(("127.0.0.1", porta)) as soquete:
        soquete.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while (inicio := time.perf_counter()) < fim:
            soquete.sendall(sorte.choice(pedidos).bytes())
            situacao = _resposta(soquete)
            latencias.append((time.perf_counter() - inicio) * 1000)
            if situacao not in {b"200", b"201"}:
                erros.append(1)


def _resposta(soquete: socket.socket) -> bytes:
    """Lê uma resposta inteira e devolve a situação; o nosso servidor diz o tamanho, e os dos pares podem mandar aos pedaços."""
    recebido = soquete.recv(65536)
    while (fim_do_cabecalho := recebido.find(b"\r\n\r\n")) < 0:
        recebido += _mais(soquete)
    cabecalho = recebido[:fim_do_cabecalho].lower()
    if b"transfer-encoding: chunked" in cabecalho:
        while not recebido.endswith(b"\r\n0\r\n\r\n"):
            recebido += _mais(soquete)
        return cabecalho[9:12]
    tamanho = int(cabecalho.partition(b"content-length:")[2].partition(b"\r\n")[0])
    faltam = fim_do_cabecalho + 4 + tamanho - len(recebido)
    while faltam > 0:
        faltam -= len(_mais(soquete))
    return cabecalho[9:12]


def _mais(soquete: socket.socket) -> bytes:
    if not (pedaco := soquete.recv(65536)):
        raise ConnectionError("O servidor fechou a conexão no meio da resposta.")
    return pedaco
