"""``pen nup``: conferência de números em arquivos."""

import json
from pathlib import Path

import click

from pen.comum.planilha import abrir_planilha
from pen.nup.enums.numeros import Veredito
from pen.nup.services.planilhas import conferir_planilha, escolher_coluna, numeros_da_coluna


@click.group("nup")
def comando() -> None:
    """Números de processo."""


@comando.command("conferir")
@click.argument("arquivo", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--coluna", default="numero", show_default=True, help="Nome da coluna com os números.")
@click.option("--json", "em_json", is_flag=True, help="Escreve uma lista JSON, na ordem do arquivo.")
@click.option(
    "--saida",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Grava aqui o mesmo arquivo, com o resultado em colunas.",
)
def conferir(arquivo: Path, coluna: str, em_json: bool, saida: Path | None) -> None:
    """Confere os números de uma coluna de ARQUIVO (CSV ou XLSX, com cabeçalho)."""
    planilha = abrir_planilha(arquivo.read_bytes())
    posicao = escolher_coluna(planilha.amostra(), coluna).escolhida
    if saida is not None:
        conteudo, _ = conferir_planilha(planilha, posicao, tem_cabecalho=True, avisar=lambda feitas: None)
        saida.write_bytes(conteudo)
    numeros = numeros_da_coluna(planilha, posicao)
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
    for n in numeros if saida is None else ():
        click.echo(f"{n.veredito.value:<20} {n.formatado:<28} {n.explicacao}")
    contagem = {v: sum(n.veredito == v for n in numeros) for v in Veredito}
    resumo = ", ".join(f"{quantos} {v.value}" for v, quantos in contagem.items() if quantos) or "nenhum"
    click.echo(f"{len(numeros)} números: {resumo}.", err=True)
