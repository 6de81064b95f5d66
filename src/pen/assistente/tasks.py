"""Os trabalhos do assistente: cascas finas sobre os serviços."""

from django.utils import timezone
from procrastinate.contrib.django import app

from pen.assistente.services.guarda import excluir_conversas_velhas


@app.periodic(cron="50 4 * * *")
@app.task(queueing_lock="excluir_conversas_velhas")
def limpar_conversas(timestamp: int) -> None:
    """De madrugada, apaga as conversas que ninguém continuou."""
    excluir_conversas_velhas(agora=timezone.now())
