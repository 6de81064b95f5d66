"""``pen volume``: um registro nacional inventado, de qualquer tamanho, para medir."""

import os
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, as_completed, wait
from contextlib import contextmanager
from itertools import islice
from multiprocessing import get_context

import click
import django
from django.db import connection, connections
from tqdm import tqdm

from pen.protocolo_integrado.services import indices, volume

BARRA = "{desc:<12} {percentage:3.0f}% |{bar}| {n_fmt} de {total_fmt}, {rate_fmt}, faltam {remaining}"
POR_VEZ = 20  # blocos já pedidos a cada processo; o resto espera, e Ctrl-C responde logo


@click.group("volume")
def comando() -> None:
    """Processos inventados, para medir num banco só disso."""


@comando.command("gerar")
@click.argument("processos", type=click.IntRange(1, 100_000_000))
@click.option("--simultaneos", default=os.cpu_count() or 1, show_default=True, type=click.IntRange(1, 64))
def gerar(processos: int, simultaneos: int) -> None:
    """Deixa o registro com exatamente PROCESSOS processos inventados, os mesmos para o mesmo número."""
    volume.preparar_volume()
    with _processos(simultaneos) as executor:
        blocos = ((n, min(volume.BLOCO, processos - n * volume.BLOCO)) for n in range(-(-processos // volume.BLOCO)))
        with tqdm(total=processos, desc="Processos", unit=" processos", bar_format=BARRA, unit_scale=True) as barra:
            for feitos in _aos_poucos(executor, blocos, simultaneos * POR_VEZ):
                barra.update(feitos)
        tabelas = [executor.submit(indices.refazer_indices, n) for n in range(len(indices.MODELOS))]
        for tabela in tqdm(as_completed(tabelas), total=len(tabelas), desc="Índices", bar_format=BARRA, unit=" tabelas"):
            tabela.result()
    with connection.cursor() as cursor:
        cursor.execute(f"VACUUM (ANALYZE) {', '.join(indices.TABELAS)}")
    click.echo(f"{processos} processos de {volume.ORGAOS} órgãos inventados.")


@comando.command("apagar")
def apagar() -> None:
    """Esvazia o registro inventado; recusa se há processos de verdade."""
    volume.apagar_volume()
    click.echo("Registro vazio.")


@contextmanager
def _processos(quantos: int) -> Iterator[ProcessPoolExecutor]:
    """Processos com o Django carregado e uma conexão cada; o que levantar aqui dentro os para."""
    connections.close_all()
    executor = ProcessPoolExecutor(quantos, mp_context=get_context("spawn"), initializer=django.setup)
    try:
        yield executor
    finally:
        executor.shutdown(cancel_futures=True)


def _aos_poucos(executor: ProcessPoolExecutor, blocos: Iterator[tuple[int, int]], esperando: int) -> Iterator[int]:
    """Quantos processos cada bloco gravou, à medida que acabam, com no máximo ``esperando`` pedidos de uma vez."""
    futuros = {executor.submit(volume.gravar_bloco, *bloco) for bloco in islice(blocos, esperando)}
    while futuros:
        prontos, futuros = wait(futuros, return_when=FIRST_COMPLETED)
        for pronto in prontos:
            yield pronto.result()
        futuros |= {executor.submit(volume.gravar_bloco, *bloco) for bloco in islice(blocos, len(prontos))}
