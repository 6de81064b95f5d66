"""O antivírus da instalação, se há: um clamd que lê cada anexo antes de se guardar (comando INSTREAM do protocolo dele).

Não ter resposta nunca é ter resposta boa: mudo, lento ou interrompido, o arquivo não se aceita.
"""

import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO

import structlog
from django.conf import settings

from pen.atendimento.errors import AntivirusSemResposta, GrandeParaOAntivirus

# Para todos os arquivos de um envio, que são lidos com uma transação aberta: o banco encerra a que fica parada por 60 segundos.
PRAZO = 25.0
PEDACO = 256 * 1024
RESPOSTA_MAXIMA = 4096
_VEREDITO = re.compile(rb"stream: (?:(OK)|(\S{1,200}) FOUND)")

log = structlog.stdlib.get_logger("pen.antivirus")


def ligado() -> bool:
    """Se esta instalação tem antivírus."""
    return bool(settings.CLAMAV)


def prazo() -> float:
    """Até quando esperar pelo que se pergunta agora, no relógio de ``time.monotonic``."""
    return time.monotonic() + PRAZO


def achar_praga(conteudo: BinaryIO, *, ate: float) -> str:
    """O nome da praga que o conteúdo tem; vazio, se nenhuma. Espera-se até ``ate`` (de ``prazo``).

    Levanta:
        AntivirusSemResposta: não respondeu a tempo, ou não se entende o que disse.
        GrandeParaOAntivirus: o limite dele (``StreamMaxLength``) é menor do que o arquivo.
    """
    conteudo.seek(0)
    inteiro = False
    with _conversa(ate) as conversa:
        # Quem recusa o tamanho responde e fecha a porta no meio do envio: o que disse ainda se lê.
        with suppress(BrokenPipeError, ConnectionResetError):
            _enviar(conversa, b"zINSTREAM\0", ate)
            while pedaco := conteudo.read(PEDACO):
                _enviar(conversa, len(pedaco).to_bytes(4, "big") + pedaco, ate)
            _enviar(conversa, bytes(4), ate)
            inteiro = True
        dito = _ouvir(conversa, ate)
    if dito.startswith(b"INSTREAM size limit exceeded"):
        log.error("o antivírus aceita menos do que o tamanho máximo de um anexo; aumente StreamMaxLength")
        raise GrandeParaOAntivirus("O arquivo é grande demais para o antivírus desta instalação.")
    veredito = _VEREDITO.fullmatch(dito)
    if veredito is None or (veredito[1] and not inteiro):  # bom, sem ter lido tudo, não é bom
        log.error("não se entende o que o antivírus disse", dito=dito[:200].decode("ascii", "replace"))
        raise AntivirusSemResposta("O antivírus não conferiu o arquivo.")
    return (veredito[2] or b"").decode("ascii", "replace")


def versao_do_antivirus() -> str | None:
    """O que o antivírus diz de si, com a data do que ele conhece; nulo, se não há.

    Levanta:
        AntivirusSemResposta.
    """
    if not ligado():
        return None
    ate = time.monotonic() + 3
    with _conversa(ate) as conversa:
        _enviar(conversa, b"zVERSION\0", ate)
        return _ouvir(conversa, ate).decode("ascii", "replace")


@contextmanager
def _conversa(ate: float) -> Iterator[socket.socket]:
    """A conexão aberta; o que a rede faz de errado vira ``AntivirusSemResposta``."""
    try:
        with _conectar(ate) as conversa:
            yield conversa
    except OSError as erro:
        log.error("o antivírus não responde", erro=type(erro).__name__)
        raise AntivirusSemResposta("O antivírus não respondeu.") from erro


def _conectar(ate: float) -> socket.socket:
    if isinstance(settings.CLAMAV, tuple):
        return socket.create_connection(settings.CLAMAV, timeout=_quanto_falta(ate))
    conversa = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        conversa.settimeout(_quanto_falta(ate))
        conversa.connect(settings.CLAMAV)
    except BaseException:
        conversa.close()
        raise
    return conversa


def _enviar(conversa: socket.socket, bruto: bytes, ate: float) -> None:
    conversa.settimeout(_quanto_falta(ate))
    conversa.sendall(bruto)


def _ouvir(conversa: socket.socket, ate: float) -> bytes:
    """A resposta inteira, sem o zero que a termina: a que vem cortada não é resposta."""
    dito = b""
    while not dito.endswith(b"\0"):
        conversa.settimeout(_quanto_falta(ate))
        pedaco = conversa.recv(RESPOSTA_MAXIMA)
        dito += pedaco
        if not pedaco or len(dito) > RESPOSTA_MAXIMA:
            raise ConnectionError("resposta cortada, ou longa demais")
    return dito[:-1].strip()


def _quanto_falta(ate: float) -> float:
    falta = ate - time.monotonic()
    if falta <= 0:
        raise TimeoutError
    return falta
