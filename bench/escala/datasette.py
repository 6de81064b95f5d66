"""O par da leitura e da busca: o Datasette sobre o SQLite com FTS5, com as mesmas linhas, na mesma máquina."""

import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import psycopg

from bench.ambiente import Medicao, porta_livre

DE_CADA_VEZ = 20_000  # linhas lidas em cada ida ao banco
_ORDENAR = "SET statement_timeout = 0; SET work_mem = '512MB'; SET enable_indexscan = off; SET enable_nestloop = off"
_PROCESSOS = """
SELECT r.numero, o.sigla, r.especie, r.assunto, extract(epoch FROM r.produzido_em)::bigint,
    extract(epoch FROM r.atualizado_em)::bigint, coalesce(i.nomes, '')
FROM protocolo_integrado_registro r JOIN identidade_orgao o ON o.id = r.orgao_id
LEFT JOIN (SELECT numero, orgao_id, string_agg(nome, '; ' ORDER BY ordem) AS nomes FROM protocolo_integrado_interessado
           GROUP BY numero, orgao_id) i ON i.numero = r.numero AND i.orgao_id = r.orgao_id
ORDER BY r.atualizado_em, r.numero
"""
_MOVIMENTOS = """
SELECT numero, extract(epoch FROM ocorrido_em)::bigint, unidade, operacao FROM protocolo_integrado_andamento
ORDER BY numero, ocorrido_em DESC
"""


def exigir() -> None:
    """Sai na hora se o par não está instalado: num registro grande, saber disso no fim custa uma hora."""
    if find_spec("datasette") is None:
        raise SystemExit("Falta o Datasette, que só as medidas usam; «make bench» o instala.")


def montar(medicao: Medicao) -> Path:
    """O arquivo do SQLite com os processos (e o FTS5 do assunto e dos nomes, sem acentos) e os movimentos de cada um."""
    arquivo = medicao.pasta / "pen.db"
    if arquivo.exists():  # outra pergunta desta execução já o montou
        return arquivo
    with psycopg.connect(medicao.url) as banco, sqlite3.connect(arquivo) as copia:
        banco.execute(_ORDENAR)  # lidas por índice, as linhas viriam ao acaso, e num registro grande o disco não acompanha
        copia.executescript("""
            PRAGMA journal_mode = off; PRAGMA synchronous = off;
            CREATE TABLE processo (numero TEXT PRIMARY KEY, orgao TEXT, especie TEXT, assunto TEXT, produzido_em INT,
                atualizado_em INT, interessados TEXT);
            CREATE TABLE movimento (numero TEXT REFERENCES processo (numero), ocorrido_em INT, unidade TEXT, operacao TEXT);
        """)
        with banco.cursor(name="processos") as cursor:
            cursor.itersize = DE_CADA_VEZ
            copia.executemany("INSERT INTO processo VALUES (?, ?, ?, ?, ?, ?, ?)", cursor.execute(_PROCESSOS))
        with banco.cursor(name="movimentos") as cursor:
            cursor.itersize = DE_CADA_VEZ
            copia.executemany("INSERT INTO movimento VALUES (?, ?, ?, ?)", cursor.execute(_MOVIMENTOS))
        copia.executescript("""
            CREATE INDEX movimento_numero ON movimento (numero, ocorrido_em DESC);
            CREATE INDEX processo_atualizado ON processo (atualizado_em DESC);
            CREATE VIRTUAL TABLE processo_fts USING fts5 (assunto, interessados, content='processo',
                tokenize='unicode61 remove_diacritics 2');
            INSERT INTO processo_fts (processo_fts) VALUES ('rebuild');
            ANALYZE;
        """)
    copia.close()
    return arquivo


@contextmanager
def servido(medicao: Medicao, arquivo: Path) -> Iterator[int]:
    """O Datasette servindo o arquivo como imutável, o modo mais rápido dele; devolve a porta."""
    porta = porta_livre()
    comando = [sys.executable, "-m", "datasette", "serve", "--immutable", str(arquivo), "--port", str(porta),
               "--setting", "sql_time_limit_ms", "20000", "--setting", "facet_time_limit_ms", "20000",
               "--setting", "num_sql_threads", "3", "--setting", "suggest_facets", "off"]  # fmt: skip
    with (medicao.pasta / "datasette.log").open("w") as log:
        processo = subprocess.Popen(comando, stdout=log, stderr=log)
        try:
            _esperar(porta)
            yield porta
        finally:
            processo.terminate()
            processo.wait(15)


def _esperar(porta: int) -> None:
    limite = time.monotonic() + 60
    while time.monotonic() < limite:
        try:
            with urlopen(f"http://127.0.0.1:{porta}/-/versions.json", timeout=2):
                return
        except (URLError, OSError):
            time.sleep(0.2)
    raise SystemExit("O Datasette não respondeu em um minuto; veja datasette.log na pasta da medida.")
