"""O banco dos testes: o PostgreSQL embutido sem durabilidade, ou o de ``DATABASE_URL``."""

import hashlib
import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest

RAIZ = Path(__file__).parents[1]
MODELO = "pen_modelo"
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


def garantir_modelo() -> None:
    """O banco ``MODELO``, migrado, de que se copiam todos os outros; refeito só quando as migrações ou os pacotes mudam."""
    marca = hashlib.sha256()
    for arquivo in [RAIZ / "uv.lock", *sorted((RAIZ / "src").rglob("migrations/*.py"))]:
        marca.update(arquivo.read_bytes())
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as banco:
        banco.execute("SELECT pg_advisory_lock(hashtext(%s))", [MODELO])  # um dos processos o faz; os outros esperam
        achada = banco.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [MODELO]
        ).fetchone()
        if achada == (marca.hexdigest(),):
            return
        banco.execute(f"DROP DATABASE IF EXISTS {MODELO} WITH (FORCE)")
        banco.execute(f"CREATE DATABASE {MODELO}")
        url = psycopg.conninfo.make_conninfo("", **banco.info.get_parameters() | {"dbname": MODELO})
        migrar = [sys.executable, "-m", "pen.config", "django", "migrate", "--verbosity", "0"]
        subprocess.run(migrar, env=os.environ | {"DATABASE_URL": url}, check=True)
        banco.execute(f"COMMENT ON DATABASE {MODELO} IS '{marca.hexdigest()}'")


_preparar_ambiente()
garantir_modelo()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Solta o banco; quem sair por último o desliga."""
    _recursos.close()
