"""Dois PostgreSQL de verdade, com os programas do embutido: um principal e uma réplica que o segue, cada um na sua porta."""

import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg

from pen.config.banco_embutido import _preparar_permissoes, _programas, _rodar
from tests.banco import MODELO
from tests.sistema.conftest import Instalacao, porta_livre

CONFIGURACAO = """
listen_addresses = '127.0.0.1'
port = {porta}
unix_socket_directories = ''
shared_buffers = 32MB
max_connections = 60
fsync = {fsync}
wal_level = replica
max_wal_senders = 4
wal_retrieve_retry_interval = 200ms
wal_receiver_status_interval = 1s
primary_conninfo = '{principal}'
"""


@dataclass
class Servidor:
    """Um PostgreSQL numa pasta e numa porta."""

    pasta: Path
    porta: int

    @property
    def dados(self) -> Path:
        return self.pasta / "pg"

    @property
    def url(self) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.porta}/pen"

    def consultar(self, sql: str, *valores: object) -> list[tuple]:
        with psycopg.connect(self.url, autocommit=True, connect_timeout=5) as conexao:
            cursor = conexao.execute(sql, valores)
            return cursor.fetchall() if cursor.description else []

    def valor(self, sql: str, *valores: object) -> object:
        return self.consultar(sql, *valores)[0][0]

    def configurar(self, principal: str = "") -> None:
        texto = CONFIGURACAO.format(porta=self.porta, fsync="off", principal=principal)
        (self.dados / "postgresql.conf").write_text(texto)

    def ligar(self) -> None:
        _rodar("pg_ctl", "-D", str(self.dados), "-l", str(self.dados / "servidor.log"), "-w", "-t", "30", "start")

    def matar(self) -> None:
        """``kill -9`` no principal e em todos os filhos, sem aviso."""
        pid = int((self.dados / "postmaster.pid").read_text().split()[0])
        familia = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
        for processo in familia:
            processo.send_signal(signal.SIGKILL)
        psutil.wait_procs(familia, timeout=10)

    def desligar(self) -> None:
        _rodar("pg_ctl", "-D", str(self.dados), "-m", "immediate", "-w", "stop", tolerar=True)


@dataclass
class Par:
    """O principal, a réplica dele, e uma instalação que conhece os dois."""

    principal: Servidor
    replica: Servidor
    instalacao: Instalacao

    def sincronizar(self) -> None:
        """A partir daqui, o principal só confirma o que a réplica já guardou."""
        self.principal.consultar("ALTER SYSTEM SET synchronous_standby_names = 'replica'")
        self.principal.consultar("SELECT pg_reload_conf()")


def _copiar_modelo(destino: Servidor) -> None:
    """O banco migrado dos testes, levado ao servidor novo."""
    arquivo, copia = destino.pasta / "modelo.sql", f"pen_par_{os.getpid()}"
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as banco:
        banco.execute(f"CREATE DATABASE {copia} TEMPLATE {MODELO}")  # com o modelo aberto, ninguém mais o copiaria
        url = psycopg.conninfo.make_conninfo("", **banco.info.get_parameters() | {"dbname": copia})
        for programa, *argumentos in (
            ("pg_dump", "-f", str(arquivo), url),
            ("psql", "-q", "-f", str(arquivo), destino.url),
        ):
            subprocess.run([_programas() / programa, *argumentos], check=True, stdout=subprocess.DEVNULL)
        banco.execute(f"DROP DATABASE {copia} WITH (FORCE)")


@contextmanager
def par_de_servidores() -> Iterator[Par]:
    """Cria os dois, com o banco já migrado; ao sair, nada fica rodando nem guardado."""
    with tempfile.TemporaryDirectory(prefix="pen-par-") as pasta:
        principal, replica = (Servidor(Path(pasta) / nome, porta_livre()) for nome in ("principal", "replica"))
        try:
            for servidor in (principal, replica):
                servidor.pasta.mkdir()
                _preparar_permissoes(servidor.pasta, servidor.dados, servidor.pasta)
            _rodar(
                "initdb",
                "-D",
                str(principal.dados),
                "-U",
                "postgres",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                "--auth=trust",
            )
            principal.configurar()
            principal.ligar()
            with psycopg.connect(principal.url.replace("/pen", "/postgres"), autocommit=True) as conexao:
                conexao.execute("CREATE DATABASE pen")
            dois = f"127.0.0.1:{principal.porta},127.0.0.1:{replica.porta}"
            instalacao = Instalacao(f"postgresql://postgres@{dois}/pen?target_session_attrs=read-write")
            _copiar_modelo(principal)
            instalacao.preparar()
            seguir = f"host=127.0.0.1 port={principal.porta} user=postgres application_name=replica"
            _rodar("pg_basebackup", "-D", str(replica.dados), "-d", seguir, "-c", "fast", "-X", "stream")
            replica.configurar(seguir)
            (replica.dados / "standby.signal").touch()
            replica.ligar()
            yield Par(principal, replica, instalacao)
        finally:
            for servidor in (replica, principal):
                servidor.desligar()
