"""Conferências de saúde: banco, réplica e trabalhos."""

from datetime import timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Q
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob, ProcrastinateWorker

from pen.comum.leitura import REPLICA, estado_da_replica

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


def conferir_replica() -> Conferencia | None:
    """Se a réplica de leitura responde e quanto está atrasada; ``None`` se não há. Sem ela, lê-se do principal."""
    if REPLICA not in settings.DATABASES:
        return None
    try:
        estado = estado_da_replica()
    except DatabaseError as erro:
        return Conferencia("replica", False, f"não responde ({type(erro).__name__}); lê-se do principal")
    if estado.atraso is None:
        return Conferencia("replica", False, "ainda não alcançou o principal, de onde se lê")
    atraso = f"{estado.atraso:.1f} s de atraso".replace(".", ",")
    if not estado.recebendo:
        return Conferencia("replica", False, f"não recebe do principal; {atraso}")
    return Conferencia("replica", estado.atraso <= settings.REPLICA_ATRASO_MAXIMO, atraso)


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
