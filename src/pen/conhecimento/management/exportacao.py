"""``pen exportar-artigos``: escreve a base publicada numa pasta, na forma que ``pen importar-artigos`` lê."""

from pathlib import Path

import click
from tqdm import tqdm

from pen.conhecimento.services.exportacao import exportar_artigos
from pen.designsys.filtros import plural

BARRA = "{desc} {n_fmt}, {rate_fmt}"


@click.command("exportar-artigos")
@click.argument("pasta", type=click.Path(file_okay=False, path_type=Path), metavar="PASTA")
@click.option("--internos", is_flag=True, help="Também os que só quem atende lê, como os roteiros.")
def comando(pasta: Path, internos: bool) -> None:
    """Escreve os artigos publicados, com as imagens, em Markdown. A pasta precisa estar vazia, ou não existir."""
    with tqdm(desc="Artigos", bar_format=BARRA, unit=" artigos") as barra:
        exportados = exportar_artigos(pasta, internos=internos, ao_avancar=barra.update)
    artigos, imagens = plural(exportados.artigos, "artigo", "artigos"), plural(exportados.imagens, "imagem", "imagens")
    click.echo(f"{artigos} e {imagens} em {pasta}.")
