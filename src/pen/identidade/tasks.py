"""Trabalhos periódicos da identidade."""

from procrastinate.contrib.django import app

from pen.identidade.services.ritmo import excluir_janelas_vencidas


@app.periodic(cron="17 * * * *")
@app.task(queueing_lock="excluir_janelas_vencidas")
def limpar_janelas_de_uso(timestamp: int) -> None:
    """De hora em hora, apaga as contagens vencidas do limite de pedidos."""
    excluir_janelas_vencidas()
