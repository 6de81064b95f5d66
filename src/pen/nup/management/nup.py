"""``pen nup``: conferência de números em arquivos."""

import csv
import json
from pathlib import Path

import click

from pen.comum.planilha import abrir_csv
from pen.nup.enums import Veredito
from pen.nup.values import ler_numero


@click.group("nup")
def comando() -> None:
    """Números de processo."""


@comando.command("conferir")
@click.argument("arquivo", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--coluna", default="numero", show_default=True, help="Nome da coluna com os números.")
@click.option("--json", "em_json", is_flag=True, help="Escreve uma lista JSON, na ordem do arquivo.")
def conferir(arquivo: Path, coluna: str, em_json: bool) -> None:
    """Confere os números de uma coluna de ARQUIVO (CSV, com cabeçalho; vírgula, ponto e vírgula ou tabulação)."""
    with abrir_csv(arquivo) as linhas:
        if coluna not in (linhas.fieldnames or []):
            colunas = ", ".join(linhas.fieldnames or []) or "nenhuma"
            raise click.ClickException(f"O arquivo não tem a coluna «{coluna}»; as que há: {colunas}.")
        try:
            numeros = [ler_numero(linha[coluna] or "") for linha in linhas]
        except (csv.Error, UnicodeDecodeError) as erro:
            raise click.ClickException(f"Não consegui ler o arquivo na linha {linhas.line_num}: {erro}.") from erro
    if em_json:
        campos = [
            {
                "numero": n.texto, "normalizado": n.normalizado, "forma": n.forma.value, "veredito": n.veredito.value,
                "explicacao": n.explicacao,
            }
            for n in numeros
        ]  # fmt: skip
        click.echo(json.dumps(campos, ensure_ascii=False, indent=1))
        return
    for n in numeros:
        click.echo(f"{n.veredito.value:<20} {n.formatado:<28} {n.explicacao}")
    contagem = {v: sum(n.veredito == v for n in numeros) for v in Veredito}
    resumo = ", ".join(f"{quantos} {v.value}" for v, quantos in contagem.items() if quantos) or "nenhum"
    click.echo(f"{len(numeros)} números: {resumo}.", err=True)
