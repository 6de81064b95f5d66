"""O gerador de pedidos HTTP: conexões persistentes, soquete puro, o mínimo de Python por pedido. Não importa o Django.

Divide os núcleos com o servidor e o banco, como o ``pgbench`` divide com o banco.
"""

import multiprocessing
import random
import socket
import threading
import time
from dataclasses import dataclass, field
from functools import cached_property
from uuid import uuid4

PROCESSOS, CONEXOES_POR_PROCESSO = 2, 4  # com menos, o acaso pode dar todas a um só dos processos servidores
NOVO = "@novo@"  # num corpo, o lugar de um identificador que não se repete
ATRASO_DA_LARGADA = 1.5  # segundos para todos os processos estarem prontos


@dataclass(frozen=True)
class Pedido:
    """Um pedido a repetir; num com corpo, cada vez leva uma ``Idempotency-Key`` nova, também no lugar de ``NOVO`` no corpo.

    A resposta só serve se a situação é das ``aceitas`` e se todos os textos de ``contem`` estão nela. O ``seguinte`` é o que a
    mesma página pede depois: os dois contam como um pedido, com as latências somadas.
    """

    caminho: str
    corpo: str = ""
    autorizacao: str = ""
    formato: str = "application/json"
    cabecalhos: tuple[str, ...] = ()
    aceitas: tuple[int, ...] = (200, 201)
    contem: tuple[bytes, ...] = ()
    seguinte: "Pedido | None" = None

    def bytes(self) -> bytes:
        """Como vai pelo soquete."""
        if not self.corpo:
            return self._sem_corpo
        novo = str(uuid4())
        corpo = self.corpo.replace(NOVO, novo).encode()
        do_corpo = (f"Idempotency-Key: {novo}", f"Content-Type: {self.formato}", f"Content-Length: {len(corpo)}")
        return "\r\n".join([*self._cabecalhos("POST"), *do_corpo, "", ""]).encode() + corpo

    @cached_property
    def _sem_corpo(self) -> bytes:
        return "\r\n".join([*self._cabecalhos("GET"), "", ""]).encode()

    def _cabecalhos(self, metodo: str) -> list[str]:
        quem = [f"Authorization: {self.autorizacao}"] if self.autorizacao else []
        return [f"{metodo} {self.caminho} HTTP/1.1", "Host: 127.0.0.1", *self.cabecalhos, *quem]

    def serve(self, situacao: int, resposta: bytes) -> bool:
        """Se a resposta é a que se esperava."""
        return situacao in self.aceitas and all(texto in resposta for texto in self.contem)


@dataclass
class Medida:
    """O que uma carga mediu: pedidos por segundo, latências em ms, bytes por pedido e quantas respostas não serviram."""

    por_segundo: float
    latencias: list[float] = field(repr=False)
    erros: int = 0
    bytes: float = 0
    recusada: str = ""  # o começo de uma resposta que não serviu

    def percentil(self, p: float) -> float:
        """A latência, em ms, que ``p`` por cento dos pedidos não passaram."""
        ordenadas = sorted(self.latencias)
        return ordenadas[min(len(ordenadas) - 1, int(len(ordenadas) * p / 100))]


@dataclass
class _Parte:
    """O que uma conexão, ou um processo, juntou."""

    latencias: list[float] = field(default_factory=list)
    erros: int = 0
    bytes: int = 0
    duracao: float = 0
    recusada: bytes = b""

    def juntar(self, outra: "_Parte") -> None:
        self.latencias += outra.latencias
        self.erros, self.bytes = self.erros + outra.erros, self.bytes + outra.bytes
        self.duracao = max(self.duracao, outra.duracao)
        self.recusada = self.recusada or outra.recusada


def carregar(
    porta: int, pedidos: list[Pedido], *, segundos: float, processos: int = PROCESSOS, conexoes: int = CONEXOES_POR_PROCESSO
) -> Medida:
    """Repete pedidos ao acaso durante ``segundos``, por ``processos * conexoes`` conexões ao mesmo tempo.

    Um servidor que fecha a conexão depois de cada resposta recebe outra. O que começa dentro do tempo se espera até o fim.
    """
    largada = time.time() + ATRASO_DA_LARGADA
    argumentos = [(porta, pedidos, largada, segundos, conexoes, semente) for semente in range(processos)]
    tudo = _Parte()
    with multiprocessing.get_context("spawn").Pool(processos) as trabalhadores:
        for parte in trabalhadores.starmap(_processo, argumentos):
            tudo.juntar(parte)
    quantos = len(tudo.latencias)
    recusada = tudo.recusada[:2000].decode(errors="replace")
    return Medida(quantos / max(segundos, tudo.duracao), tudo.latencias, tudo.erros, tudo.bytes / max(quantos, 1), recusada)


def _processo(porta: int, pedidos: list[Pedido], largada: float, segundos: float, conexoes: int, semente: int) -> _Parte:
    tudo, partes = _Parte(), [_Parte() for _ in range(conexoes)]
    time.sleep(max(0.0, largada - time.time()))
    fios = [
        threading.Thread(target=_conexao, args=(porta, pedidos, segundos, semente * 100 + n, parte))
        for n, parte in enumerate(partes)
    ]
    for fio in fios:
        fio.start()
    for fio, parte in zip(fios, partes, strict=True):
        fio.join()
        tudo.juntar(parte)
    return tudo


def _conexao(porta: int, pedidos: list[Pedido], segundos: float, semente: int, parte: _Parte) -> None:
    sorte = random.Random(semente)
    comeco = time.perf_counter()
    soquete: socket.socket | None = None
    try:
        while (inicio := time.perf_counter()) < comeco + segundos:
            pedido: Pedido | None = sorte.choice(pedidos)
            while pedido is not None:
                soquete = soquete or _abrir(porta)
                soquete.sendall(pedido.bytes())
                situacao, resposta, fecha = _resposta(soquete)
                parte.bytes += len(resposta)
                if not pedido.serve(situacao, resposta):
                    parte.erros += 1
                    parte.recusada = parte.recusada or resposta
                if fecha:
                    soquete.close()
                    soquete = None
                pedido = pedido.seguinte
            parte.latencias.append((time.perf_counter() - inicio) * 1000)
    finally:
        parte.duracao = time.perf_counter() - comeco
        if soquete is not None:
            soquete.close()


def _abrir(porta: int) -> socket.socket:
    soquete = socket.create_connection(("127.0.0.1", porta))
    soquete.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return soquete


def _resposta(soquete: socket.socket) -> tuple[int, bytes, bool]:
    """Lê uma resposta inteira: a situação, os bytes dela, e se o servidor fecha a conexão em seguida.

    O nosso servidor diz o tamanho; os dos pares podem mandar aos pedaços, ou até fechar.
    """
    recebido = _mais(soquete)
    while (fim_do_cabecalho := recebido.find(b"\r\n\r\n")) < 0:
        recebido += _mais(soquete)
    cabecalho = recebido[:fim_do_cabecalho].lower() + b"\r\n"
    situacao, fecha = int(cabecalho[9:12]), b"connection: close" in cabecalho
    if b"transfer-encoding: chunked" in cabecalho:
        while not recebido.endswith(b"\r\n0\r\n\r\n"):
            recebido += _mais(soquete)
        return situacao, recebido[: fim_do_cabecalho + 4] + _sem_pedacos(recebido[fim_do_cabecalho + 4 :]), fecha
    partes, tem = [recebido], len(recebido) - fim_do_cabecalho - 4
    _, dito, resto = cabecalho.partition(b"content-length:")
    tamanho = int(resto.partition(b"\r\n")[0]) if dito else None
    while tamanho is None or tem < tamanho:
        pedaco = soquete.recv(65536)
        if not pedaco and tamanho is None:
            return situacao, b"".join(partes), True
        partes.append(pedaco or _mais(soquete))
        tem += len(pedaco)
    return situacao, b"".join(partes), fecha


def _sem_pedacos(corpo: bytes) -> bytes:
    """O corpo que veio aos pedaços, inteiro."""
    partes, lido = [], 0
    while tamanho := int(corpo[lido : (fim := corpo.index(b"\r\n", lido))].partition(b";")[0], 16):
        partes.append(corpo[fim + 2 : fim + 2 + tamanho])
        lido = fim + 4 + tamanho
    return b"".join(partes)


def _mais(soquete: socket.socket) -> bytes:
    if not (pedaco := soquete.recv(65536)):
        raise ConnectionError("O servidor fechou a conexão no meio da resposta.")
    return pedaco
