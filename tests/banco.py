"""O banco dos testes: o PostgreSQL embutido sem durabilidade, ou o de ``DATABASE_URL``."""

import os
import tempfile
from contextlib import ExitStack
from pathlib import Path

import pytest

RAIZ = Path(__file__).parents[1]
_recursos = ExitStack()


def _preparar_ambiente() -> None:
    os.environ.setdefault("PEN_CHAVE_SECRETA", "chave-dos-testes")
    os.environ.setdefault("PEN_CONEXOES", "0")  # sem pool: o banco de teste é criado e destruído
    os.environ.setdefault("PEN_HOSTS", "testserver,localhost,127.0.0.1")
    os.environ.setdefault("PEN_NIVEL_DE_LOG", "CRITICAL")
    os.environ |= {"PEN_LOCAL": "sim", "PEN_GOVBR_DE_TESTE": "sim"}  # como na demonstração
    os.environ.setdefault("PEN_DADOS", tempfile.mkdtemp(prefix="pen-testes-"))
    if not os.environ.get("DATABASE_URL"):
        from pen.config.banco_embutido import banco_ligado

        pasta = Path(os.environ.get("PEN_DADOS_DOS_TESTES", RAIZ / ".pen" / "testes"))
        os.environ["DATABASE_URL"] = _recursos.enter_context(banco_ligado(pasta, duravel=False))


_preparar_ambiente()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Solta o banco; quem sair por último o desliga."""
    _recursos.close()
