"""``pen reindexar-processos``: refaz o vetor de busca de cada registro. Pode rodar com o serviço no ar, e duas vezes."""

import click
from tqdm import tqdm

from pen.designsys.filtros import plural
from pen.protocolo_integrado.services.vetores import reindexar_registro

BARRA = "{desc} {n_fmt}, {rate_fmt}"


@click.command("reindexar-processos")
def comando() -> None:
    """Refaz o que a busca guarda de cada processo, pela regra desta versão."""
    with tqdm(desc="Processos", bar_format=BARRA, unit=" processos") as barra:
        mudados = reindexar_registro(ao_avancar=barra.update)
    click.echo(f"{plural(mudados, 'registro refeito', 'registros refeitos')}.")
