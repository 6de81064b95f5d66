"""Dez mil pessoas acompanham um processo: avisá-las atrasa a recepção das remessas dos outros?

A recepção é medida sem avisos e, logo depois, enquanto o trabalhador reparte e envia os dez mil e-mails a um servidor SMTP
desta máquina que aceita tudo. O ritmo dos envios é limitado pela configuração, e por isso medido ao lado do limite.
"""

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from aiosmtpd.controller import Controller

from bench.ambiente import Medicao, porta_livre, servidor
from bench.remessa import SERVICO, enviar, esvaziar, lotes_de_medicao
from bench.tabela import com_faixa, escrever_tabela, meio, meta, numero, por_cento

ACOMPANHANTES = 10_000
POR_MINUTO = 600
NUMERO = "50500999999202400"
SEGUNDOS_DE_AVISOS = 75  # passa por um minuto inteiro do relógio


class _Caixa:
    """Conta o que chega, com o instante de cada mensagem."""

    def __init__(self) -> None:
        self.instantes: list[float] = []

    async def handle_DATA(self, servidor: Any, sessao: Any, envelope: Any) -> str:
        self.instantes.append(time.time())
        return "250 OK"


def medir(medicao: Medicao, *, tamanho: int, rodadas: int) -> dict[str, Any]:
    """Mede, imprime a tabela e devolve os números."""
    lotes, _ = lotes_de_medicao(tamanho, semente=5)
    caixa, porta = _Caixa(), porta_livre()
    correio = Controller(caixa, hostname="127.0.0.1", port=porta)
    correio.start()
    variaveis = {"PEN_SMTP_HOST": "127.0.0.1", "PEN_SMTP_PORTA": str(porta), "PEN_AVISOS_JANELA_SEGUNDOS": "0",
                 "PEN_AVISOS_POR_MINUTO": str(POR_MINUTO)}  # fmt: skip
    os.environ.update(variaveis)
    sem: list[float] = []
    com: list[float] = []
    try:
        with servidor(medicao, processos=1) as base, psycopg.connect(medicao.url) as banco:
            _acompanhar(banco)
            enviar(base, medicao, lotes[:3])
            for _ in range(rodadas):
                esvaziar(banco)
                sem.append(tamanho / enviar(base, medicao, lotes))
            esvaziar(banco)
            _mover(base, medicao)
            with _trabalhador():
                _esperar_o_primeiro(caixa)
                inicio = time.monotonic()
                while time.monotonic() - inicio < SEGUNDOS_DE_AVISOS or len(com) < rodadas:
                    _esvaziar_so_os_lotes(banco)
                    com.append(tamanho / enviar(base, medicao, lotes))
                por_minuto = max(Counter(int(i // 60) for i in caixa.instantes).values())
            ha = banco.execute("SELECT count(*) FROM notificacoes_aviso").fetchone()
    finally:
        correio.stop()
    if ha != (ACOMPANHANTES,):
        raise SystemExit(f"Deviam nascer {ACOMPANHANTES} avisos; nasceram {ha}.")
    return _escrever(tamanho, sem, com, por_minuto)


def _acompanhar(banco: psycopg.Connection[Any]) -> None:
    banco.execute(
        """WITH pessoas AS (
            INSERT INTO identidade_pessoa (username, password, is_superuser, is_staff, is_active, first_name, last_name,
                                           email, date_joined, nome)
            SELECT 'bench-' || n, '!', false, false, true, '', '', 'p' || n || '@exemplo.org', now(), 'Pessoa ' || n
            FROM generate_series(1, %s) AS n RETURNING id)
        INSERT INTO protocolo_integrado_acompanhamento (id, pessoa_id, numero)
        SELECT gen_random_uuid(), id, %s FROM pessoas""",
        [ACOMPANHANTES, NUMERO],
    )
    banco.commit()
    banco.autocommit = True
    banco.execute("ANALYZE identidade_pessoa, protocolo_integrado_acompanhamento")
    banco.autocommit = False


def _mover(base: str, medicao: Medicao) -> None:
    """O processo acompanhado chega, com um movimento de uma hora atrás."""
    from pen.protocolo_integrado.interfaces.soap.cliente import ClienteSoap
    from pen.protocolo_integrado.interfaces.soap.mensagens import documento_em_xml
    from pen.protocolo_integrado.values import DocumentoRecebido, MovimentoRecebido

    quando = (datetime.now(UTC) - timedelta(hours=1)).isoformat(timespec="seconds")
    documento = DocumentoRecebido(
        protocolo=NUMERO, produzido_em="2024-01-02T00:00:00-03:00", especie="Processo", assunto="Processo acompanhado",
        movimentos=[MovimentoRecebido(quando, "GAB", "Parecer juntado")],
    )  # fmt: skip
    with ClienteSoap(base + SERVICO, orgao=medicao.orgao, senha=medicao.senha) as cliente:
        if cliente.enviar([documento_em_xml(documento)]) != ["Ok!"]:
            raise SystemExit("O serviço recusou o processo acompanhado.")


@contextmanager
def _trabalhador() -> Iterator[None]:
    processo = subprocess.Popen(
        [sys.executable, "-m", "pen.config", "trabalhar"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield
    finally:
        processo.terminate()
        processo.wait(60)


def _esperar_o_primeiro(caixa: _Caixa) -> None:
    fim = time.monotonic() + 90
    while not caixa.instantes:
        if time.monotonic() > fim:
            raise SystemExit("Nenhum aviso saiu em 90 segundos.")
        time.sleep(0.1)


def _esvaziar_so_os_lotes(banco: psycopg.Connection[Any]) -> None:
    """Tira os documentos medidos e deixa o processo acompanhado, que os avisos ainda leem."""
    for tabela in ("andamento", "interessado", "registro"):
        banco.execute(f"DELETE FROM protocolo_integrado_{tabela} WHERE numero <> %s", [NUMERO])
    banco.commit()


def _escrever(tamanho: int, sem: list[float], com: list[float], por_minuto: int) -> dict[str, Any]:
    razao = meio(com) / meio(sem)
    escrever_tabela(
        f"{numero(ACOMPANHANTES)} acompanhantes de um processo: recepção de {numero(tamanho)} processos em lotes de 100, "
        "em documentos por segundo, e envio dos avisos",
        ["o quê", "nosso", "ao lado", "razão"],
        [
            ["recepção enquanto se avisa", com_faixa(com, "/s"), f"sem avisos: {com_faixa(sem, '/s')}", por_cento(razao)],
            [
                "e-mails no minuto mais cheio",
                numero(por_minuto),
                f"limite: {POR_MINUTO}",
                por_cento(por_minuto / POR_MINUTO),
            ],
        ],
        [
            "Servidor, trabalhador, banco, cliente e servidor SMTP dividem os mesmos núcleos. Enquanto se avisa, as linhas da",
            "rodada anterior são apagadas uma a uma (sem TRUNCATE), e o banco as limpa ao mesmo tempo.",
            meta("os envios não passam do limite", por_minuto <= POR_MINUTO),
        ],
    )
    return {
        "documentos_por_segundo": {"sem_avisos": round(meio(sem), 1), "com_avisos": round(meio(com), 1)},
        "razao": round(razao, 3),
        "emails_no_minuto_mais_cheio": por_minuto,
        "limite_por_minuto": POR_MINUTO,
    }
