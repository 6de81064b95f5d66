"""Conferências de saúde: banco e trabalhos."""

from datetime import timedelta
from typing import NamedTuple

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Q
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob, ProcrastinateWorker

SINAL_DE_VIDA = timedelta(minutes=2)
ATRASO_TOLERADO = timedelta(minutes=10)


class Conferencia(NamedTuple):
    """O resultado de uma conferência, numa frase."""

    nome: str
    certo: bool
    frase: str


def conferir_banco() -> Conferencia:
    """Se o banco responde e tem todas as migrações."""
    try:
        executor = MigrationExecutor(connection)
        faltam = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
        versao = connection.cursor().connection.info.server_version
    except DatabaseError as erro:
        return Conferencia("banco", False, f"não responde ({type(erro).__name__})")
    if faltam:
        return Conferencia("banco", False, f"faltam {faltam} migrações; rode «pen preparar»")
    return Conferencia("banco", True, f"PostgreSQL {versao // 10000}.{versao % 10000}")


def conferir_trabalhos() -> Conferencia:
    """Se há um trabalhador vivo e nenhum trabalho esquecido na fila."""
    agora = timezone.now()
    vivos = ProcrastinateWorker.objects.filter(last_heartbeat__gt=agora - SINAL_DE_VIDA).count()
    na_fila = ProcrastinateJob.objects.filter(status="todo")
    esperando = na_fila.filter(Q(scheduled_at=None) | Q(scheduled_at__lte=agora)).count()
    limite = agora - ATRASO_TOLERADO
    postos_ha_muito = Q(scheduled_at=None, procrastinateevent__type="deferred", procrastinateevent__at__lt=limite)
    atrasados = na_fila.filter(Q(scheduled_at__lt=limite) | postos_ha_muito).count()
    if not vivos:
        return Conferencia("trabalhos", False, "nenhum trabalhador vivo; rode «pen trabalhar»")
    if atrasados:
        return Conferencia("trabalhos", False, f"{atrasados} trabalhos atrasados há mais de 10 minutos")
    return Conferencia("trabalhos", True, f"{vivos} vivo(s), {esperando} na fila")
