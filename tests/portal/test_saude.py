"""Saúde da instalação."""

from datetime import timedelta

import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob, ProcrastinateWorker

from pen.portal.public import conferir_trabalhos


def test_viva_responde_sem_banco(client):
    assert client.get("/saude/").json() == {"situacao": "ok"}


@pytest.mark.django_db
def test_sem_trabalhador_a_instalacao_nao_esta_pronta_e_diz_o_que_fazer(client):
    resposta = client.get("/saude/pronto")

    assert resposta.status_code == 503 and "pen trabalhar" in resposta.json()["trabalhos"]
    assert resposta.json()["banco"].startswith("PostgreSQL")


@pytest.mark.django_db
def test_com_trabalhador_vivo_esta_pronta(client):
    _trabalhador_vivo()

    assert client.get("/saude/pronto").status_code == 200


@pytest.mark.django_db
def test_trabalho_esquecido_e_denunciado():
    _trabalhador_vivo()
    _executar(
        "INSERT INTO procrastinate_jobs (queue_name, task_name, status, scheduled_at) VALUES ('default', 'x', 'todo', %s)",
        [timezone.now() - timedelta(hours=1)],
    )

    assert ProcrastinateJob.objects.count() == 1 and not conferir_trabalhos().certo


def _trabalhador_vivo() -> None:
    _executar("DELETE FROM procrastinate_jobs")  # o que um teste com transações de verdade tenha deixado na fila
    _executar("DELETE FROM procrastinate_workers")
    _executar("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (%s)", [timezone.now()])
    assert ProcrastinateWorker.objects.count() == 1


def _executar(comando, valores=()):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(comando, valores)
