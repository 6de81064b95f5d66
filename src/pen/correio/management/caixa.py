"""``pen caixa``: entrega a uma caixa institucional a mensagem que chegou a ela."""

import sys

import click

from pen.comum.mensagem_recebida import MENSAGEM_MAXIMA
from pen.correio.enums import Destino
from pen.correio.services.recepcao import receber_mensagem

FRASES = {
    Destino.GRAVADA: "Gravada na caixa.",
    Destino.RECUSADA: "É um pedido de suporte: recusada, e quem escreveu foi avisado.",
    Destino.AUTOMATICA: "É de um programa: gravada, sem resposta.",
    Destino.REPETIDA: "Já tinha chegado; nada a fazer.",
}


@click.command("caixa")
@click.option("--para", default="", help="O destinatário do envelope, se o servidor de correio o diz.")
def comando(para: str) -> None:
    """Lê uma mensagem da entrada padrão (o servidor de correio a manda por um cano).

    Só diz que a recebeu depois de gravar tudo. Se algo falha (o banco fora do ar, um endereço que não é de caixa
    nenhuma), sai com 75, e o servidor de correio a guarda e tenta mais tarde.
    """
    bruto = sys.stdin.buffer.read(MENSAGEM_MAXIMA + 1)
    while sys.stdin.buffer.read(
        2**20
    ):  # o que passa do limite se lê até o fim: sem isso, o servidor a daria por não entregue
        pass
    click.echo(FRASES[receber_mensagem(bruto, para=para)])
