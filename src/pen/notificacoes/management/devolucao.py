"""``pen devolucao``: entrega ao sistema uma devolução que o servidor de correio recebeu."""

import sys

import click

from pen.notificacoes.services.devolucao import LEITURA_MAXIMA, receber_devolucao


@click.command("devolucao")
def comando() -> None:
    """Lê uma devolução da entrada padrão (o servidor de correio a manda por um cano).

    O que não é devolução de mensagem nossa é ignorado, com saída 0: o servidor não deve tentar de novo. Se algo falha,
    sai com 75, e ele tenta mais tarde.
    """
    devolucao = receber_devolucao(sys.stdin.buffer.read(LEITURA_MAXIMA))
    if devolucao is None:
        click.echo("Não é devolução de mensagem nossa; nada a fazer.")
    elif devolucao.permanente:
        click.echo(f"Mensagem {devolucao.mensagem_id}: não entregue ({devolucao.codigo}).")
    else:
        click.echo(f"Mensagem {devolucao.mensagem_id}: aviso passageiro ({devolucao.codigo}); nada a fazer.")
