"""A pasta onde este contexto guarda o que tem, e como se escreve nela sem que ninguém leia pela metade."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from django.conf import settings


def pasta_de_teste() -> Path:
    """A pasta de dados deste contexto, que só o dono abre."""
    pasta = Path(settings.PASTA_DE_DADOS) / "govbr-de-teste"
    pasta.mkdir(parents=True, exist_ok=True, mode=0o700)
    return pasta


def substituir(caminho: Path, texto: str) -> None:
    """Grava por cima; quem lê vê o antigo ou o novo, inteiros."""
    _rascunho(caminho, texto).rename(caminho)


def criar_uma_vez(caminho: Path, texto: str) -> None:
    """Grava se ainda não existe; entre processos que tentam ao mesmo tempo, vale o primeiro."""
    rascunho = _rascunho(caminho, texto)
    with suppress(FileExistsError):
        caminho.hardlink_to(rascunho)
    rascunho.unlink()


def _rascunho(caminho: Path, texto: str) -> Path:
    rascunho = caminho.with_name(f".{caminho.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(rascunho, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as aberto:
        aberto.write(texto)
    return rascunho
