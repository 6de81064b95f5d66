"""``pen diagnostico``: confere tudo de que a instalação depende, uma linha por coisa."""

import json
import shutil
import socket
from datetime import UTC, datetime
from tempfile import TemporaryFile

import click
from django.conf import settings
from django.db import connection

from pen.atendimento.public import AntivirusSemResposta, versao_do_antivirus
from pen.portal.public import Conferencia, conferir_banco, conferir_replica, conferir_trabalhos

DISCO_MINIMO_GB = 2
DISPENSAVEIS = {"correio", "replica", "antivirus"}  # a consulta e a recepção funcionam sem eles
DESVIO_MAXIMO_SEGUNDOS = 5


@click.command()
@click.option("--json", "em_json", is_flag=True)
def comando(em_json: bool) -> int:
    """Banco, disco, anexos, correio, antivírus, relógio e trabalhos. Sai com 1 se algo falha; do dispensável, só avisa."""
    banco = conferir_banco()
    conferencias = [banco, _disco(), _anexos(), _correio()]
    if antivirus := _antivirus():
        conferencias.append(antivirus)
    if banco.certo:
        conferencias += [_relogio(), conferir_trabalhos()]
    if replica := conferir_replica():
        conferencias.append(replica)
    if em_json:
        click.echo(json.dumps([c._asdict() for c in conferencias], ensure_ascii=False))
    else:
        for c in conferencias:
            situacao = "certo" if c.certo else "aviso" if c.nome in DISPENSAVEIS else "FALHA"
            click.echo(f"{situacao}  {c.nome:<10} {c.frase}")
    return 0 if all(c.certo or c.nome in DISPENSAVEIS for c in conferencias) else 1


def _disco() -> Conferencia:
    settings.PASTA_DE_DADOS.mkdir(parents=True, exist_ok=True)
    livres = shutil.disk_usage(settings.PASTA_DE_DADOS).free / 2**30
    return Conferencia("disco", livres >= DISCO_MINIMO_GB, f"{livres:.1f} GB livres")


def _anexos() -> Conferencia:
    """Se se pode gravar na pasta dos anexos, e quanto cabe nela."""
    pasta = settings.PASTA_DE_ANEXOS
    try:
        pasta.mkdir(parents=True, exist_ok=True, mode=0o700)
        with TemporaryFile(dir=pasta):
            livres = shutil.disk_usage(pasta).free / 2**30
    except OSError:
        return Conferencia("anexos", False, "não se pode gravar na pasta dos anexos (PEN_ANEXOS)")
    return Conferencia("anexos", livres >= DISCO_MINIMO_GB, f"{livres:.1f} GB livres")


def _correio() -> Conferencia:
    endereco = (settings.EMAIL_HOST, settings.EMAIL_PORT)
    try:
        with socket.create_connection(endereco, timeout=3):
            return Conferencia("correio", True, f"servidor SMTP em {endereco[0]}:{endereco[1]}")
    except OSError:
        return Conferencia(
            "correio", False, f"nada responde em {endereco[0]}:{endereco[1]} (PEN_SMTP_HOST, PEN_SMTP_PORTA)"
        )


def _antivirus() -> Conferencia | None:
    """Se o antivírus responde; nulo se não há."""
    try:
        versao = versao_do_antivirus()
    except AntivirusSemResposta:
        return Conferencia("antivirus", False, "não responde, e os anexos são recusados (PEN_CLAMAV)")
    return None if versao is None else Conferencia("antivirus", True, versao)


def _relogio() -> Conferencia:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        desvio = abs((cursor.fetchone()[0] - datetime.now(UTC)).total_seconds())
    return Conferencia("relogio", desvio <= DESVIO_MAXIMO_SEGUNDOS, f"{desvio:.1f} s de diferença para o banco")
