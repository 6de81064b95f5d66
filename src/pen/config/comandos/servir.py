"""``pen servir``: o servidor HTTP (granian), com TLS próprio quando se quer."""

import os
from pathlib import Path
from typing import Any

import click
from granian import Granian
from granian.constants import HTTPModes, Interfaces, SSLProtocols
from granian.log import LogLevels


@click.command()
@click.option("--endereco", default="127.0.0.1", show_default=True, help="Endereço em que escuta; 0.0.0.0 para todos.")
@click.option("--porta", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--processos", default=2, show_default=True, type=click.IntRange(1, 64), help="Processos servidores.")
@click.option("--fios", default=4, show_default=True, type=click.IntRange(1, 64), help="Pedidos simultâneos por processo.")
@click.option("--certificado", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Cadeia TLS em PEM.")
@click.option(
    "--chave", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Chave privada em PEM (PKCS#8)."
)
def comando(endereco: str, porta: int, processos: int, fios: int, certificado: Path | None, chave: Path | None) -> None:
    """Serve o portal, o serviço SOAP e as APIs. Com --certificado e --chave, serve em TLS (1.2 ou mais novo)."""
    if (certificado is None) != (chave is None):
        raise click.ClickException("Informe --certificado e --chave juntos.")
    criar_servidor(
        endereco=endereco, porta=porta, processos=processos, fios=fios, certificado=certificado, chave=chave
    ).serve()


def criar_servidor(
    *, endereco: str, porta: int, processos: int, fios: int, certificado: Path | None = None, chave: Path | None = None
) -> Any:
    """O servidor granian configurado; ``serve()`` bloqueia até um sinal de parada."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pen.config.settings")
    return Granian(
        "pen.config.wsgi:application", address=endereco, port=porta, interface=Interfaces.WSGI, workers=processos,
        blocking_threads=fios, websockets=False, http=HTTPModes.http1, log_level=LogLevels.warning,
        ssl_cert=certificado, ssl_key=chave, ssl_protocol_min=SSLProtocols.tls12,
        respawn_failed_workers=True, workers_kill_timeout=10,
    )  # fmt: skip
