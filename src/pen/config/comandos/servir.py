"""``pen servir``: o servidor HTTP (granian), com TLS próprio quando se quer."""

import logging
import os
import socket
import ssl
from pathlib import Path
from typing import Any

import click
from granian import Granian
from granian.constants import HTTPModes, Interfaces, SSLProtocols
from granian.log import LogLevels

from pen.config.nucleos import combinar_nucleos


@click.command()
@click.option("--endereco", default="127.0.0.1", show_default=True, help="Endereço em que escuta; 0.0.0.0 para todos.")
@click.option("--porta", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option(
    "--processos",
    envvar="PEN_PROCESSOS",
    default=2,
    show_default=True,
    type=click.IntRange(1, 64),
    help="Processos servidores.",
)
@click.option(
    "--fios",
    envvar="PEN_FIOS",
    default=256,
    show_default=True,
    type=click.IntRange(1, 1024),
    help="Pedidos em mãos por processo.",
)
@click.option("--certificado", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Cadeia TLS em PEM.")
@click.option(
    "--chave", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Chave privada em PEM (PKCS#8)."
)
def comando(endereco: str, porta: int, processos: int, fios: int, certificado: Path | None, chave: Path | None) -> None:
    """Serve o portal, o serviço SOAP e as APIs. Com --certificado e --chave, serve em TLS (1.2 ou mais novo)."""
    if (certificado is None) != (chave is None):
        raise click.ClickException("Informe --certificado e --chave juntos.")
    exigir_porta_livre(endereco, porta)
    _exigir_par_tls(certificado, chave)
    criar_servidor(
        endereco=endereco, porta=porta, processos=processos, fios=fios, certificado=certificado, chave=chave
    ).serve()


def exigir_porta_livre(endereco: str, porta: int) -> None:
    """Recusa a porta ocupada: o granian a dividiria com quem já a tem (SO_REUSEPORT), e os dois responderiam ao acaso."""
    familia = socket.AF_INET6 if ":" in endereco else socket.AF_INET
    with socket.socket(familia) as tentativa:
        tentativa.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tentativa.bind((endereco, porta))
        except OSError as erro:
            raise click.ClickException(
                f"Não posso escutar em {endereco}, porta {porta}: já está em uso, ou não é permitida. Escolha outra com --porta."
            ) from erro


def _exigir_par_tls(certificado: Path | None, chave: Path | None) -> None:
    if certificado is None or chave is None:
        return
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificado, chave, password="")
    except (ssl.SSLError, OSError, ValueError) as erro:
        raise click.ClickException(
            "O certificado e a chave não servem: devem estar em PEM, sem senha, e formar um par."
        ) from erro


def criar_servidor(
    *, endereco: str, porta: int, processos: int, fios: int, certificado: Path | None = None, chave: Path | None = None
) -> Any:
    """O servidor granian configurado; ``serve()`` bloqueia até um sinal de parada.

    São muitos fios de propósito: os que esperam a vez da recepção não trabalham (``pen.comum.vez``), e o aviso do granian sobre
    eles não se aplica.
    """
    logging.getLogger("_granian").addFilter(lambda aviso: "Python threads" not in aviso.getMessage())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pen.config.settings")
    combinar_nucleos(processos)
    return Granian(
        "pen.config.trabalhador_web:application", address=endereco, port=porta, interface=Interfaces.WSGI,
        workers=processos, blocking_threads=fios, websockets=False, http=HTTPModes.http1, log_level=LogLevels.warning,
        ssl_cert=certificado, ssl_key=chave, ssl_protocol_min=SSLProtocols.tls12,
        respawn_failed_workers=True, workers_kill_timeout=10,
    )  # fmt: skip
