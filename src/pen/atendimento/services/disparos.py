"""Marcar os gatilhos que um passo dispara, ou que chegaram à hora; cumpri-los é depois, de ``services/gatilhos.py``."""

from datetime import datetime

from django.db import transaction

from pen.atendimento.models import Chamado, Disparo, PassoDoChamado
from pen.atendimento.selectors.automacao import gatilhos_do_tempo, gatilhos_que_casam
from pen.atendimento.selectors.tempos import disparos_na_hora
from pen.atendimento.values.tempos import Tempo
from pen.comum.trabalhos import pedir_trabalho


def marcar_disparos(chamado: Chamado, passo: PassoDoChamado) -> None:
    """Grava os disparos do passo, na transação dele. O que o sistema faz não dispara nada: gatilho não chama gatilho."""
    if passo.por_id is None or not (casam := gatilhos_que_casam(chamado, passo)):
        return
    Disparo.objects.bulk_create(Disparo(gatilho_id=gatilho_id, chamado=chamado, passo=passo) for gatilho_id in casam)
    transaction.on_commit(_pedir_cumprimento)


@transaction.atomic
def marcar_disparos_do_tempo(*, agora: datetime) -> int:
    """Grava os disparos dos gatilhos que chegaram à hora; devolve quantos. De novo, e em dois processos, não repete nenhum."""
    momentos = [(gatilho, gatilho.momento()) for gatilho in gatilhos_do_tempo()]
    novos = [d for g, tempo in momentos if isinstance(tempo, Tempo) for d in disparos_na_hora(g, tempo, agora=agora)]
    Disparo.objects.bulk_create(novos, ignore_conflicts=True, batch_size=1_000)
    if novos:
        transaction.on_commit(_pedir_cumprimento)
    return len(novos)


def _pedir_cumprimento() -> None:
    """Põe o cumprimento na fila, se já não está; perdido o pedido, o periódico de cada minuto faz o mesmo."""
    pedir_trabalho("pen.atendimento.tasks.cumprir_disparos", trava="cumprir_disparos")
