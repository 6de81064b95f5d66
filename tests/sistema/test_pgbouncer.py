"""Um pgbouncer de verdade, em modo de transação, com duas conexões para todo mundo: nada pode ficar preso a uma delas."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import psycopg
import pytest

from pen.config.banco_embutido import _como_quem
from pen.protocolo_integrado.interfaces.soap.cliente import ClienteSoap
from tests.sistema.conftest import Instalacao, Servidor, porta_livre
from tests.sistema.documentos import documento, numero
from tests.sistema.test_recepcao import todos_ao_mesmo_tempo

pytestmark = pytest.mark.sistema
CONEXOES = 2
NOME = "pelo-pgbouncer"
CONFIGURACAO = """
[databases]
* = {banco}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {porta}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = {conexoes}
"""


@pytest.fixture(scope="module")
def pgbouncer(instalacao: Instalacao) -> Iterator[str]:
    """A URL do banco da instalação por dentro do pgbouncer."""
    programa = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")
    if programa is None:
        pytest.skip("Falta o pgbouncer nesta máquina (no Debian: apt-get install pgbouncer).")
    partes, porta = psycopg.conninfo.conninfo_to_dict(instalacao.url), porta_livre()
    banco = " ".join(
        f"{nome}={partes[nome]}" for nome in ("host", "port", "user", "password", "dbname") if partes.get(nome)
    )
    with TemporaryDirectory(prefix="pen-pgbouncer-") as pasta:
        Path(pasta).chmod(0o755)
        arquivo = Path(pasta) / "pgbouncer.ini"
        arquivo.write_text(CONFIGURACAO.format(banco=banco, porta=porta, conexoes=CONEXOES))
        processo = subprocess.Popen([programa, "-q", str(arquivo)], **_como_quem())
        url = f"postgresql://{partes['user']}@127.0.0.1:{porta}/{partes['dbname']}?application_name={NOME}"
        try:
            esperar_responder(url, processo)
            yield url
        finally:
            processo.kill()
            processo.wait(10)


def esperar_responder(url: str, processo: subprocess.Popen) -> None:
    fim = time.monotonic() + 10
    while True:
        try:
            psycopg.connect(url, connect_timeout=2).close()
            return
        except psycopg.OperationalError:
            assert processo.poll() is None and time.monotonic() < fim, "o pgbouncer não respondeu"
            time.sleep(0.05)


@pytest.fixture(scope="module")
def servidor(instalacao: Instalacao, pgbouncer: str) -> Iterator[Servidor]:
    variaveis = {
        "DATABASE_URL": pgbouncer, "PEN_PGBOUNCER": "sim", "PEN_API_PEDIDOS_POR_MINUTO": "10000",
        "DJANGO_SETTINGS_MODULE": "tests.sistema.configuracoes",
    }  # fmt: skip
    with instalacao.servindo(**variaveis) as ligado:
        yield ligado


def test_oito_conexoes_recebem_e_leem_por_duas(servidor, instalacao):
    lotes = [[documento(f"7000{k}", n) for n in range(20)] for k in range(8)]
    leituras = [
        "/protocolo/processos/{}/",
        "/api/v1/processos/{}",
        "/api/v1/processos/{}/andamentos",
        "/protocolo/consulta/?q={}",
    ]

    def enviar_e_ler(k):
        senha = instalacao.orgaos["A1"]
        with (
            ClienteSoap(servidor.soap, orgao="A1", senha=senha) as orgao,
            httpx.Client(timeout=30, follow_redirects=True) as leitor,
        ):
            recebidos = {resultado for _ in range(3) for resultado in orgao.enviar(lotes[k])}
            enderecos = [endereco.format(numero(f"7000{k}", n)) for endereco in leituras for n in range(10)]
            return recebidos, {leitor.get(servidor.base + endereco).status_code for endereco in enderecos}

    respostas = todos_ao_mesmo_tempo([lambda k=k: enviar_e_ler(k) for k in range(8)])

    assert respostas == [({"Ok!"}, {200})] * 8
    guardado = instalacao.guardado("A1", "7000")
    assert (len(guardado["registro"]), len(guardado["andamento"])) == (160, 160 * 8)
    abertas = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = %s"
    assert 1 <= instalacao.consultar(abertas, NOME)[0][0] <= CONEXOES


def test_fuso_e_codificacao_valem_em_qualquer_das_conexoes(servidor, pgbouncer):
    with psycopg.connect(pgbouncer, autocommit=True) as uma, psycopg.connect(pgbouncer, autocommit=True) as outra:
        uma.execute("SET TIME ZONE 'America/Sao_Paulo'")
        outra.execute("SET TIME ZONE 'UTC'")
        for _ in range(3):
            assert uma.execute("SHOW TIME ZONE").fetchone() == ("America/Sao_Paulo",)
            assert outra.execute("SHOW TIME ZONE").fetchone() == ("UTC",)


def test_trabalhos_sao_feitos_mesmo_sem_ouvir_o_banco(instalacao, pgbouncer):
    variaveis = {"DATABASE_URL": pgbouncer, "PEN_PGBOUNCER": "sim"}

    with instalacao.trabalhando(**variaveis):
        posto = instalacao.por_na_fila(variaveis)

        fim = time.monotonic() + 30
        feito = "SELECT status = 'succeeded' FROM procrastinate_jobs WHERE id = %s"
        while not instalacao.consultar(feito, posto)[0][0]:
            assert time.monotonic() < fim, "o trabalho não foi feito"
            time.sleep(0.1)
