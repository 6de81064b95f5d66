"""``pen reindexar-artigos``: refaz o índice da busca. Pode rodar com o serviço no ar, e duas vezes."""

import click
from tqdm import tqdm

from pen.conhecimento.services.indice import reindexar_base
from pen.designsys.filtros import plural

BARRA = "{desc} {n_fmt}, {rate_fmt}"


@click.command("reindexar-artigos")
def comando() -> None:
    """Refaz o índice da busca com os artigos publicados, e esquece as palavras que nenhum usa mais."""
    with tqdm(desc="Artigos", bar_format=BARRA, unit=" artigos") as barra:
        refeita = reindexar_base(ao_avancar=barra.update)
    palavras = plural(refeita.palavras, "palavra saiu", "palavras saíram")
    click.echo(f"{plural(refeita.artigos, 'artigo', 'artigos')} no índice; {palavras} do vocabulário.")
