"""Trabalhos periódicos do Protocolo Integrado."""

from procrastinate.contrib.django import app

from pen.protocolo_integrado.services.remessa import excluir_recusas_vencidas


@app.periodic(cron="40 3 * * *")
@app.task(queueing_lock="excluir_recusas_vencidas")
def limpar_recusas(timestamp: int) -> None:
    """Toda madrugada, apaga as recusas com mais de 90 dias."""
    excluir_recusas_vencidas()
