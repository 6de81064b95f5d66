"""``pen equipe``: quem atende na Central. É por aqui que entra a primeira pessoa de cada equipe."""

import click

from pen.atendimento.errors import EquipeNaoEncontrada
from pen.atendimento.models import Equipe
from pen.atendimento.selectors.equipes import integrantes_da_equipe
from pen.atendimento.services.equipes import encerrar_integrante, incluir_integrante


@click.group("equipe")
def comando() -> None:
    """Equipes de atendimento."""


@comando.command("listar")
def listar() -> None:
    """Mostra as equipes e quem está nelas."""
    for equipe in Equipe.objects.filter(encerrada_em=None):
        click.echo(f"{equipe.codigo}: {equipe.nome} ({equipe.get_nivel_display()})")
        for i in integrantes_da_equipe(equipe.pk):
            click.echo(f"  {i.pk}  {i.pessoa.nome or 'ainda não entrou'}{', coordena' if i.coordena else ''}")


@comando.command("incluir")
@click.argument("cpf")
@click.option("--equipe", required=True, help="O código; «pen equipe listar» os mostra.")
@click.option("--coordena", is_flag=True)
def incluir(cpf: str, equipe: str, coordena: bool) -> None:
    """Põe na equipe a pessoa do CPF; ela atende quando entrar com uma conta gov.br prata ou ouro."""
    achada = Equipe.objects.filter(codigo=equipe, encerrada_em=None).first()
    if achada is None:
        raise EquipeNaoEncontrada(f"Nenhuma equipe com o código «{equipe}».")
    integrante = incluir_integrante(por=None, equipe_id=achada.pk, cpf=cpf, coordena=coordena)
    click.echo(f"Na equipe «{achada.nome}» (número {integrante.pk}).")


@comando.command("tirar")
@click.argument("numero", type=int)
def tirar(numero: int) -> None:
    """Tira da equipe o integrante NUMERO."""
    encerrar_integrante(por=None, integrante_id=numero)
    click.echo("Fora da equipe.")
