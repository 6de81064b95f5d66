"""``pen segundo-fator``: desliga o de quem perdeu o celular e os códigos de reserva."""

import click

from pen.identidade.services.segundo_fator import desligar_segundo_fator_de


@click.group("segundo-fator")
def comando() -> None:
    """Segundo fator das pessoas."""


@comando.command("desligar")
@click.option("--cpf", help="CPF da pessoa, com ou sem pontos.")
@click.option("--email", help="E-mail da conta, para quem entra sem o gov.br.")
@click.option("--motivo", required=True, help="Fica registrado na auditoria; até 500 caracteres.")
def desligar(cpf: str | None, email: str | None, motivo: str) -> None:
    """Desliga o segundo fator de uma pessoa e a tira de todos os aparelhos; ela é avisada por e-mail."""
    quem = cpf or email
    if quem is None or (cpf and email):
        raise click.ClickException("Informe --cpf ou --email, um dos dois.")
    pessoa = desligar_segundo_fator_de(por=None, quem=quem, motivo=motivo)
    click.echo(f"Segundo fator desligado (pessoa {pessoa.pk}).")
