"""Um servidor de verdade (granian, dois processos) sobre um banco só dele, no mesmo PostgreSQL dos testes."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile

import httpx
import psutil
import psycopg
import pytest

from tests.banco import MODELO

POR_NA_FILA = """
from pen.identidade.tasks import limpar_janelas_de_uso
print(limpar_janelas_de_uso.configure(queueing_lock="dos testes").defer(timestamp=0))
"""
PREPARAR = """
import json
from pen.identidade.public import Ambiente, criar_credencial, criar_orgao
orgaos = [criar_orgao(codigo=codigo, sigla=codigo, nome=f"Órgão {codigo}") for codigo in ("A1", "B2")]
print(json.dumps({o.codigo: criar_credencial(por=None, orgao=o, ambiente=Ambiente.PRODUCAO)[1] for o in orgaos}))
"""
PEN = [sys.executable, "-m", "pen.config"]


def porta_livre() -> int:
    with socket.socket() as soquete:
        soquete.bind(("127.0.0.1", 0))
        return soquete.getsockname()[1]


@dataclass
class Servidor:
    """Um ``pen servir`` e os processos dele."""

    processo: subprocess.Popen
    porta: int
    esquema: str = "http"
    saida: object = field(default=None, repr=False)

    @property
    def base(self) -> str:
        return f"{self.esquema}://localhost:{self.porta}"

    @property
    def soap(self) -> str:
        return f"{self.base}/ProtocoloWS/integradorService"

    def familia(self) -> list[psutil.Process]:
        principal = psutil.Process(self.processo.pid)
        return [principal, *principal.children(recursive=True)]

    def escutando(self) -> list[psutil.Process]:
        """Os processos servidores que já atendem: cada um abre o seu soquete na porta quando fica pronto."""
        return [
            processo
            for processo in self.familia()
            if any(c.status == psutil.CONN_LISTEN and c.laddr.port == self.porta for c in processo.net_connections())
        ]

    def memoria(self) -> int:
        """Memória residente de todos os processos, em MB."""
        return sum(p.memory_info().rss for p in self.familia()) // 2**20

    def matar(self) -> None:
        """``kill -9`` em todos, sem aviso."""
        familia = self.familia()
        for processo in familia:
            processo.send_signal(signal.SIGKILL)
        psutil.wait_procs(familia, timeout=10)
        self.processo.wait(10)

    def registro(self) -> str:
        self.saida.seek(0)
        return self.saida.read().decode()


@dataclass
class Instalacao:
    """Um banco migrado, com dois órgãos e as senhas deles."""

    url: str
    orgaos: dict[str, str] = field(default_factory=dict)

    @property
    def ambiente(self) -> dict[str, str]:
        return os.environ | {
            "DATABASE_URL": self.url, "PEN_CHAVE_SECRETA": "chave-do-sistema", "PEN_CONEXOES": "8",
            "PEN_NIVEL_DE_LOG": "WARNING", "PEN_AUTENTICACOES_RECUSADAS_POR_MINUTO": "1000",
        }  # fmt: skip

    def pen(
        self, *argumentos: object, variaveis: dict[str, str] | None = None, **opcoes: object
    ) -> subprocess.CompletedProcess[str]:
        """Roda ``pen …`` até o fim."""
        comando, ambiente = [*PEN, *map(str, argumentos)], self.ambiente | (variaveis or {})
        return subprocess.run(comando, env=ambiente, capture_output=True, text=True, timeout=120, **opcoes)

    def preparar(self) -> None:
        """Cria os órgãos num banco já migrado."""
        preparado = self.pen("django", "shell", "--no-imports", "-c", PREPARAR)
        assert preparado.returncode == 0, preparado.stderr
        self.orgaos |= json.loads(preparado.stdout)

    def por_na_fila(self, variaveis: dict[str, str] | None = None) -> int:
        """Põe na fila um trabalho dos periódicos, com uma trava só dele: a hora do periódico pode ser esta. Devolve o número."""
        posto = self.pen("django", "shell", "--no-imports", "-c", POR_NA_FILA, variaveis=variaveis)
        assert posto.returncode == 0, posto.stderr
        return int(posto.stdout)

    def consultar(self, sql: str, *valores: object) -> list[tuple]:
        with psycopg.connect(self.url, autocommit=True) as conexao:
            return conexao.execute(sql, valores).fetchall()

    def guardado(self, orgao: str, prefixo: str = "") -> dict[str, list[tuple]]:
        """Tudo que o órgão tem no registro nacional, sem o que sempre muda (quem enviou e quando chegou)."""
        colunas = {
            "registro": "numero, numero_enviado, forma, veredito, especie, assunto, identificacao, produzido_em, relacionados, "
            "visibilidade, conteudo, vetor::text",
            "andamento": "numero, chave, ocorrido_em, posicao, nivel, nivel_definido, unidade, operacao",
            "interessado": "numero, ordem, nome, documento_hash, documento_mascarado",
        }  # fmt: skip
        de_quem = "orgao_id = (SELECT id FROM identidade_orgao WHERE codigo = %s) AND numero LIKE %s"
        return {
            tabela: self.consultar(
                f"SELECT {lista} FROM protocolo_integrado_{tabela} WHERE {de_quem} ORDER BY 1, 2", orgao, f"{prefixo}%"
            )
            for tabela, lista in colunas.items()
        }

    @contextmanager
    def trabalhando(self, **variaveis: str) -> Iterator[subprocess.Popen]:
        """Liga ``pen trabalhar``; ao sair, SIGTERM."""
        saida = TemporaryFile()  # noqa: SIM115 - fecha com o processo
        processo = subprocess.Popen(
            [*PEN, "trabalhar"], env=self.ambiente | variaveis, stdout=saida, stderr=saida, start_new_session=True
        )
        try:
            yield processo
        finally:
            processo.terminate()
            try:
                processo.wait(15)
            except subprocess.TimeoutExpired:
                processo.kill()
                processo.wait(5)
            saida.close()

    @contextmanager
    def servindo(
        self, *argumentos: object, porta: int | None = None, confianca: object = True, **variaveis: str
    ) -> Iterator[Servidor]:
        """Liga ``pen servir`` e espera responder; ao sair, SIGTERM (e ninguém pode sobrar)."""
        porta, saida = porta or porta_livre(), TemporaryFile()  # noqa: SIM115 - fecha com o processo
        comando = [*PEN, "servir", "--porta", porta, "--processos", "2", *argumentos]
        processo = subprocess.Popen(
            list(map(str, comando)), env=self.ambiente | variaveis, stdout=saida, stderr=saida, start_new_session=True
        )
        esquema = "https" if "--certificado" in argumentos else "http"
        servidor = Servidor(processo, porta, esquema, saida)
        try:
            esperar_servidor(servidor, confianca)
            yield servidor
        finally:
            if processo.poll() is None:
                familia = servidor.familia()
                processo.terminate()
                _, vivos = psutil.wait_procs(familia, timeout=15)
                for vivo in vivos:
                    vivo.kill()
                processo.wait(5)
            saida.close()


def esperar_servidor(servidor: Servidor, confianca: object = True) -> None:
    fim = time.monotonic() + 20
    while time.monotonic() < fim and servidor.processo.poll() is None:
        try:
            if httpx.get(f"{servidor.base}/saude/", timeout=2, verify=confianca).status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.05)
    pytest.fail(f"o servidor não respondeu: {servidor.registro()[-2000:]}")


@contextmanager
def instalacao_nova(sufixo: str = "") -> Iterator[Instalacao]:
    """Um banco criado e migrado, que some no fim."""
    nome = f"pen_sistema_{os.getpid()}{sufixo}"
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as conexao:
        conexao.execute(f"CREATE DATABASE {nome} TEMPLATE {MODELO}")
        partes = conexao.info.get_parameters() | {"dbname": nome}
        nova = Instalacao(psycopg.conninfo.make_conninfo("", **partes))
        try:
            nova.preparar()
            yield nova
        finally:
            conexao.execute(f"DROP DATABASE {nome} WITH (FORCE)")


@pytest.fixture(scope="session")
def instalacao() -> Iterator[Instalacao]:
    with instalacao_nova() as nova:
        yield nova


@pytest.fixture(scope="session")
def servidor(instalacao: Instalacao) -> Iterator[Servidor]:
    """O servidor que os testes dividem; quem vai matar o seu liga outro com ``instalacao.servindo()``."""
    with instalacao.servindo() as ligado:
        yield ligado


@pytest.fixture
def senha_em(tmp_path: Path, instalacao: Instalacao):
    """Escreve a senha de um órgão num arquivo, como a linha de comando a quer."""

    def escrever(orgao: str = "A1", senha: str | None = None) -> Path:
        arquivo = tmp_path / f"senha-{orgao}"
        arquivo.write_text((senha or instalacao.orgaos[orgao]) + "\n")
        return arquivo

    return escrever
