"""Leitura de CSV como as pessoas o produzem: vírgula, ponto e vírgula ou tabulação; UTF-8 ou Windows-1252."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

AMOSTRA = 64 * 1024


@contextmanager
def abrir_csv(arquivo: Path) -> Iterator["csv.DictReader[str]"]:
    """Abre o CSV como dicionários pelo cabeçalho, descobrindo o separador e a codificação pelo começo do arquivo."""
    with arquivo.open("rb") as bruto:
        amostra = bruto.read(AMOSTRA)
    with arquivo.open(encoding=_codificacao(amostra), errors="replace", newline="") as texto:
        cabecalho = amostra.split(b"\n", 1)[0]
        separador = max(",;\t", key=lambda s: cabecalho.count(s.encode()))
        yield csv.DictReader(texto, delimiter=separador)


def _codificacao(amostra: bytes) -> str:
    try:
        amostra.decode("utf-8")
    except UnicodeDecodeError as erro:
        if erro.start < len(amostra) - 4:  # perto do fim pode ser um caractere cortado pela amostra
            return "cp1252"
    return "utf-8-sig"
