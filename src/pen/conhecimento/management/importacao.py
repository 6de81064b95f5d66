"""``pen importar-artigos``: traz para a base os artigos de uma pasta. Sem ``--para-valer``, é um ensaio: nada fica gravado."""

from collections.abc import Iterator
from pathlib import Path

import click
from django.utils import timezone
from tqdm import tqdm

from pen.conhecimento.services.importacao import Lista, RelatorioDosArtigos, importar_artigos

BARRA = "{desc} {n_fmt}, {rate_fmt}"
PASTA = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command("importar-artigos")
@click.argument("pasta", type=PASTA, metavar="PASTA")
@click.option("--para-valer", is_flag=True, help="Grava; sem isto, só ensaia.")
@click.option("--base", default="", help="O nome da base nas origens; se não, o da pasta.")
@click.option("--produto", default="", help="O código do produto dos artigos que não dizem o seu.")
@click.option("--mostrar", default=20, show_default=True, type=click.IntRange(0, 1000), help="Quantos de cada lista.")
@click.pass_context
def comando(ctx: click.Context, pasta: Path, para_valer: bool, base: str, produto: str, mostrar: int) -> None:
    """Traz os artigos em Markdown e reStructuredText de uma pasta. Sai com 0 só se tudo o que se leu tem lugar aqui."""
    with tqdm(desc="Artigos", bar_format=BARRA, unit=" artigos") as barra:
        relatorio = importar_artigos(
            pasta, agora=timezone.now(), ensaio=not para_valer, base=base, produto=produto, ao_avancar=barra.update
        )
    for linha in _em_palavras(relatorio, ensaio=not para_valer, mostrar=mostrar):
        click.echo(linha)
    if not relatorio.completo:
        ctx.exit(1)


def _em_palavras(r: RelatorioDosArtigos, *, ensaio: bool, mostrar: int) -> Iterator[str]:
    yield "Ensaio: nada foi gravado." if ensaio else "Importação."
    yield ""
    yield f"Artigos lidos: {r.lidos}; índices, que não viram artigo: {r.indices.quantas}."
    novos, alterados = ("Seriam novos", "seriam alterados") if ensaio else ("Novos", "alterados")
    yield f"{novos}: {r.novos.quantas}; {alterados}: {r.alterados.quantas}; iguais aos de antes: {r.iguais}."
    yield f"Imagens novas: {r.imagens}."
    yield from _lista(novos, r.novos, mostrar)
    yield from _lista(alterados.capitalize(), r.alterados, mostrar)
    yield from _lista("Índices, que só listam outros", r.indices, mostrar)
    yield from _lista("Ficam como estão aqui, apesar do que diz o arquivo", r.conflitos, mostrar)
    yield from _lista("Não estão mais na pasta, e continuam na base", r.sumidos, mostrar)
    yield from _lista("Não entendido, sem impedir", r.avisos, mostrar)
    yield from _lista("Recusados", r.recusados, mostrar)
    yield ""
    yield _conclusao(r, ensaio=ensaio)


def _lista(titulo: str, lista: Lista, mostrar: int) -> Iterator[str]:
    if not lista.quantas:
        return
    yield ""
    yield f"{titulo} ({lista.quantas}):"
    yield from (f"  {linha}" for linha in lista.linhas[:mostrar])
    if lista.quantas > mostrar:
        yield f"  … e mais {lista.quantas - min(mostrar, len(lista.linhas))}."


def _conclusao(r: RelatorioDosArtigos, *, ensaio: bool) -> str:
    if not r.completo:
        return "Nem tudo tem lugar: acerte os arquivos, e repita. O que já entrou não se repete."
    return "Tudo tem lugar. Para gravar, repita com --para-valer." if ensaio else "Tudo entrou."
