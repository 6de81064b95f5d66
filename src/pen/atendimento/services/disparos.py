"""Marcar, com o passo, os gatilhos que ele dispara; cumpri-los é depois, de ``services/gatilhos.py``."""

from contextlib import suppress

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from pen.atendimento.models import Chamado, Disparo, PassoDoChamado
from pen.atendimento.selectors.automacao import gatilhos_que_casam


def marcar_disparos(chamado: Chamado, passo: PassoDoChamado) -> None:
    """Grava os disparos do passo, na transação dele. O que o sistema faz não dispara nada: gatilho não chama gatilho."""
    if passo.por_id is None or not (casam := gatilhos_que_casam(chamado, passo)):
        return
    Disparo.objects.bulk_create(Disparo(gatilho_id=gatilho_id, passo=passo) for gatilho_id in casam)
    transaction.on_commit(_pedir_cumprimento)


def _pedir_cumprimento() -> None:
    """Põe o cumprimento na fila, se já não está; perdido o pedido, o periódico de cada minuto faz o mesmo."""
    tarefa = app.configure_task("pen.atendimento.tasks.cumprir_disparos", queueing_lock="cumprir_disparos")
    with suppress(AlreadyEnqueued), transaction.atomic():
        tarefa.defer()
