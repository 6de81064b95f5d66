"""Pôr um trabalho na fila uma vez só: pedir o que já espera não muda nada."""

from contextlib import suppress

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from pen.comum.preparadas import consultar_preparada

_ESPERA = "SELECT EXISTS (SELECT FROM procrastinate_jobs WHERE queueing_lock = %s AND status = 'todo')"


def pedir_trabalho(tarefa: str, *, trava: str, daqui_a: int = 0, **argumentos: str) -> None:
    """Põe a ``tarefa`` na fila, para já ou para ``daqui_a`` segundos, se nenhuma com a mesma ``trava`` espera por começar.

    Os outros ``argumentos`` são os da tarefa. Dentro de uma transação, o que já esperava não a estraga.

    Pergunta antes de tentar: com muitos pedidos por segundo quase sempre já espera uma, e a recusa do banco custa mais que a
    pergunta. A que espera ainda não leu nada, e verá o que quem pede gravou.
    """
    if consultar_preparada(_ESPERA, [trava], grava=True) == [(True,)]:
        return
    adiada = app.configure_task(tarefa, queueing_lock=trava, schedule_in={"seconds": daqui_a} if daqui_a else None)
    with suppress(AlreadyEnqueued), transaction.atomic():
        adiada.defer(**argumentos)
