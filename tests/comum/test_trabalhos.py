"""Pôr um trabalho na fila uma vez só."""

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from pen.comum.trabalhos import pedir_trabalho

pytestmark = pytest.mark.django_db
TAREFA = "pen.notificacoes.tasks.enviar_o_que_venceu"


def test_o_que_ja_espera_nao_se_pede_de_novo_e_o_que_comecou_sim():
    pedir_trabalho(TAREFA, trava="uma")
    pedir_trabalho(TAREFA, trava="uma")
    pedir_trabalho(TAREFA, trava="outra", daqui_a=60)
    pedidos = ProcrastinateJob.objects.filter(queueing_lock__in=["uma", "outra"])
    assert sorted(pedidos.values_list("queueing_lock", flat=True)) == ["outra", "uma"]

    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE queueing_lock = 'uma'")
    pedir_trabalho(TAREFA, trava="uma")

    assert ProcrastinateJob.objects.filter(queueing_lock="uma").count() == 2
