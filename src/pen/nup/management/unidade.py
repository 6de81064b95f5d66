"""``pen unidade``: o que só quem opera a instalação conserta numa unidade protocolizadora."""

import click

from pen.nup.services.numeracao import desfazer_ano_adiantado


@click.group("unidade")
def comando() -> None:
    """Unidades protocolizadoras."""


@comando.command("desfazer-ano")
@click.argument("codigo")
@click.option("--motivo", required=True, help="O que houve com o relógio; fica registrado.")
def desfazer_ano(codigo: str, motivo: str) -> None:
    """Faz a unidade CODIGO voltar a numerar no ano de hoje, depois de um relógio adiantado ter aberto outro."""
    anos = desfazer_ano_adiantado(por=None, codigo=codigo, motivo=motivo)
    click.echo(f"Postos de lado: {', '.join(map(str, anos))}." if anos else "Nenhum ano adiantado nesta unidade.")
