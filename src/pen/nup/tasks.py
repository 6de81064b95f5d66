"""Os trabalhos do número: cascas finas sobre os serviços."""

import uuid

from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from pen.nup.services.decisoes import expirar_pedidos, lembrar_atrasados
from pen.nup.services.lotes import conferir_lote, excluir_conferencias_vencidas, retomar_conferencias


@app.task(retry=RetryStrategy(max_attempts=3, wait=10))
def conferir_planilha_enviada(conferencia_id: str) -> None:
    """Confere uma planilha enviada; o banco fora do ar é tentado de novo."""
    conferir_lote(uuid.UUID(conferencia_id))


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="retomar_conferencias")
def retomar_conferencias_paradas(timestamp: int) -> None:
    """A cada minuto, caso o pedido se tenha perdido ou o trabalhador tenha morrido no meio."""
    retomar_conferencias()


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="excluir_conferencias_vencidas")
def limpar_conferencias(timestamp: int) -> None:
    """A cada dez minutos, apaga as planilhas com mais de 24 horas."""
    excluir_conferencias_vencidas()


@app.periodic(cron="15 6 * * *")
@app.task(queueing_lock="conferir_prazos_dos_pedidos")
def conferir_prazos(timestamp: int) -> None:
    """Toda manhã, expira os pedidos sem resposta e lembra quem decide dos atrasados."""
    expirar_pedidos(agora=timezone.now())
    lembrar_atrasados(agora=timezone.now())
