"""Conteúdos numa pasta fora do que se serve, cada um uma vez, com o resumo dele por nome.

O arquivo só ganha o nome definitivo depois de inteiro no disco: o que o banco cita existe, mesmo que a máquina caia no meio.
"""

import os
import tempfile
import time
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, NamedTuple

PEDACO = 256 * 1024
IDADE_DO_ABANDONADO = 24 * 60 * 60  # segundos
_SUBPASTAS = "[0-9a-f]" * 2
_CHEGANDO = "chegando-"


class Guardado(NamedTuple):
    """O resumo SHA-256 (hexadecimal) e o tamanho em bytes."""

    resumo: str
    tamanho: int


def guardar(pasta: Path, conteudo: BinaryIO) -> Guardado:
    """Guarda o conteúdo, do começo ao fim; o que já está guardado não se repete."""
    pasta.mkdir(parents=True, exist_ok=True, mode=0o700)
    conteudo.seek(0)
    conta, tamanho = sha256(), 0
    with tempfile.NamedTemporaryFile(dir=pasta, prefix=_CHEGANDO, delete=False) as novo:
        try:
            while pedaco := conteudo.read(PEDACO):
                novo.write(pedaco)
                conta.update(pedaco)
                tamanho += len(pedaco)
            novo.flush()
            os.fsync(novo.fileno())
            destino = caminho_de(pasta, conta.hexdigest())
            destino.parent.mkdir(exist_ok=True, mode=0o700)
            Path(novo.name).replace(destino)
        except BaseException:
            Path(novo.name).unlink(missing_ok=True)
            raise
    _firmar(destino.parent)
    return Guardado(conta.hexdigest(), tamanho)


def caminho_de(pasta: Path, resumo: str) -> Path:
    """Onde o conteúdo do resumo fica; ali pode não haver nada."""
    return pasta / resumo[:2] / resumo


def excluir_abandonados(pasta: Path, citados: Callable[[Sequence[str]], set[str]]) -> int:
    """Apaga o que ninguém cita e tem mais de um dia: ficou de algo que falhou depois de guardar. Devolve quantos.

    ``citados`` recebe resumos, até mil de cada vez, e diz quais estão em uso.
    """
    limite, excluidos = time.time() - IDADE_DO_ABANDONADO, 0
    achados = [*pasta.glob(f"{_SUBPASTAS}/*"), *pasta.glob(f"{_CHEGANDO}*")] if pasta.is_dir() else []
    velhos = [a for a in achados if a.is_file() and a.stat().st_mtime < limite]
    for comeco in range(0, len(velhos), 1_000):
        lote = velhos[comeco : comeco + 1_000]
        em_uso = citados([a.name for a in lote])
        for abandonado in (a for a in lote if a.name not in em_uso):
            if abandonado.stat().st_mtime < limite:  # o mesmo conteúdo pode ter acabado de chegar de novo
                abandonado.unlink(missing_ok=True)
                excluidos += 1
    return excluidos


def _firmar(pasta: Path) -> None:
    """Faz o nome novo sobreviver a uma queda."""
    descritor = os.open(pasta, os.O_RDONLY)
    try:
        os.fsync(descritor)
    finally:
        os.close(descritor)
