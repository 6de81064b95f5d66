"""A saída: pôr na fila, na transação de quem responde, uma mensagem de uma caixa."""

from datetime import datetime

from django.db import transaction

from pen.comum.trabalhos import pedir_trabalho
from pen.correio.enums import Especie, Passo
from pen.correio.models import Conversa, Envio, Item
from pen.identidade.public import Pessoa
from pen.notificacoes.public import message_id

CITADAS_MAXIMO = 20  # das mensagens de uma conversa, quantas as seguintes citam


def por_na_saida(
    conversa: Conversa, *, especie: Especie, passo: Passo, texto: str, para: str, por: Pessoa | None, agora: datetime
) -> Item:  # fmt: skip
    """Grava a mensagem e o pedido de a enviar; ela continua, no programa de quem recebe, a última que a conversa recebeu."""
    ditas = Item.objects.filter(conversa=conversa).exclude(identificacao="")
    citadas = list(ditas.order_by("-pk").values_list("identificacao", flat=True)[:CITADAS_MAXIMO])[::-1]
    ultima = ditas.filter(especie=Especie.RECEBIDA, de_programa=False).order_by("-pk").first()
    item = Item(
        conversa=conversa, especie=especie, passo=passo, texto=texto, para=para, por=por, em=agora,
        em_resposta_a=ultima.identificacao if ultima else "", conversa_ate_aqui=" ".join(citadas),
    )  # fmt: skip
    item.identificacao = message_id(item.pk.hex)
    item.save(force_insert=True)
    Envio.objects.create(item=item, proxima_em=agora, criado_em=agora)
    transaction.on_commit(pedir_envio)
    return item


def pedir_envio() -> None:
    """Põe o envio na fila, se já não está; perdido o pedido, o periódico de cada minuto faz o mesmo."""
    pedir_trabalho("pen.correio.tasks.enviar_o_que_espera", trava="enviar_das_caixas_agora")
