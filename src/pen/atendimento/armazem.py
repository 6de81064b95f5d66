"""Onde o conteúdo dos anexos é guardado: uma pasta fora do que se serve, cada conteúdo uma vez, com o resumo dele por nome.

O arquivo só ganha o nome definitivo depois de inteiro no disco: o que o banco cita existe, mesmo que a máquina caia no meio.
"""

import os
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, NamedTuple

from django.conf import settings

from pen.atendimento.errors import AnexoIndisponivel

PEDACO = 256 * 1024


class Guardado(NamedTuple):
    """O resumo SHA-256 (hexadecimal) e o tamanho em bytes."""

    resumo: str
    tamanho: int


def guardar(conteudo: BinaryIO) -> Guardado:
    """Guarda o conteúdo, do começo ao fim; o que já está guardado não se repete."""
    pasta = Path(settings.PASTA_DE_ANEXOS)
    pasta.mkdir(parents=True, exist_ok=True, mode=0o700)
    conteudo.seek(0)
    conta, tamanho = sha256(), 0
    with tempfile.NamedTemporaryFile(dir=pasta, prefix="chegando-", delete=False) as novo:
        try:
            while pedaco := conteudo.read(PEDACO):
                novo.write(pedaco)
                conta.update(pedaco)
                tamanho += len(pedaco)
            novo.flush()
            os.fsync(novo.fileno())
            destino = caminho_de(conta.hexdigest())
            destino.parent.mkdir(exist_ok=True, mode=0o700)
            Path(novo.name).replace(destino)
        except BaseException:
            Path(novo.name).unlink(missing_ok=True)
            raise
    _firmar(destino.parent)
    return Guardado(conta.hexdigest(), tamanho)


def abrir(resumo: str) -> BinaryIO:
    """O conteúdo guardado.

    Levanta:
        AnexoIndisponivel: não está na pasta.
    """
    try:
        return caminho_de(resumo).open("rb")
    except OSError as erro:
        raise AnexoIndisponivel("Este arquivo não está disponível agora. Tente mais tarde, ou avise a equipe.") from erro


def caminho_de(resumo: str) -> Path:
    """Onde o conteúdo do resumo fica."""
    return Path(settings.PASTA_DE_ANEXOS) / resumo[:2] / resumo


def _firmar(pasta: Path) -> None:
    """Faz o nome novo sobreviver a uma queda."""
    descritor = os.open(pasta, os.O_RDONLY)
    try:
        os.fsync(descritor)
    finally:
        os.close(descritor)
