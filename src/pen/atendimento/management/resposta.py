"""``pen resposta``: entrega ao chamado a resposta que chegou por e-mail."""

import sys

import click

from pen.atendimento.services.correio import Destino, receber_resposta
from pen.atendimento.values.correio import MENSAGEM_MAXIMA

FRASES = {
    Destino.GRAVADA: "Gravada no chamado.",
    Destino.REABRIU: "O chamado foi reaberto.",
    Destino.REPETIDA: "Já tinha chegado; nada a fazer.",
    Destino.AUTOMATICA: "É resposta automática; nada a fazer.",
    Destino.VAZIA: "Não tem texto nem anexo; nada a fazer.",
    Destino.OUTRO_REMETENTE: "Veio de outro endereço; a pessoa foi avisada.",
    Destino.FORA_DO_PRAZO: "O chamado não se reabre mais; a pessoa foi avisada.",
    Destino.DEMAIS: "São respostas demais em uma hora; não foi gravada, e a pessoa foi avisada.",
    Destino.SEM_ENDERECO: "Não é resposta a um chamado nosso; nada a fazer.",
}


@click.command("resposta")
@click.option("--para", default="", help="O destinatário do envelope, se o servidor de correio o diz.")
def comando(para: str) -> None:
    """Lê uma mensagem da entrada padrão (o servidor de correio a manda por um cano).

    Sai com 0 mesmo quando não há o que fazer: o servidor não deve tentar de novo. Se algo falha (o banco fora do
    ar), sai com 75, e ele tenta mais tarde.
    """
    click.echo(FRASES[receber_resposta(sys.stdin.buffer.read(MENSAGEM_MAXIMA), para=para)])
