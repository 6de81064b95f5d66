"""``pen papel``: dá e encerra papéis. É por aqui que entra a primeira pessoa da equipe central."""

import re

import click

from pen.identidade.enums import Papel
from pen.identidade.selectors.orgaos import achar_orgao
from pen.identidade.selectors.pessoas import achar_pessoa, papeis_da_pessoa
from pen.identidade.services import papeis


@click.group("papel")
def comando() -> None:
    """Papéis das pessoas."""


@comando.command("conceder")
@click.argument("quem")
@click.option("--papel", required=True, type=click.Choice([p.value for p in Papel]))
@click.option("--orgao", help="Sigla ou código; só para gestor e consulta.")
def conceder(quem: str, papel: str, orgao: str | None) -> None:
    """Dá um papel a QUEM (CPF ou e-mail); quem ainda não entrou ganha o papel quando entrar com o gov.br."""
    onde = achar_orgao(orgao) if orgao else None
    if "@" in quem:
        atribuicao = papeis.conceder_papel(por=None, pessoa=achar_pessoa(quem), papel=Papel(papel), orgao=onde)
    else:
        atribuicao = papeis.convidar_pelo_cpf(por=None, cpf=_so_algarismos(quem), papel=Papel(papel), orgao=onde)
    click.echo(f"Papel «{atribuicao.get_papel_display()}» em vigor (número {atribuicao.pk}).")


@comando.command("listar")
@click.argument("quem")
def listar(quem: str) -> None:
    """Mostra os papéis em vigor de QUEM."""
    for p in papeis_da_pessoa(para=achar_pessoa(quem)):
        click.echo(f"{p.pk}  {p.get_papel_display()}  {p.orgao.sigla if p.orgao else 'central'}")


@comando.command("encerrar")
@click.argument("numero", type=int)
def encerrar(numero: int) -> None:
    """Encerra o papel NUMERO."""
    papeis.encerrar_papel(por=None, atribuicao_id=numero)
    click.echo("Papel encerrado.")


def _so_algarismos(cpf: str) -> str:
    return re.sub(r"\D", "", cpf)
