"""Trabalhos da identidade."""

import uuid

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from pen.identidade.services.codigos import enviar_codigo
from pen.identidade.services.entrada import excluir_entradas_vencidas
from pen.identidade.services.ritmo import excluir_janelas_vencidas
from pen.identidade.services.segundo_fator import enviar_aviso_de_desligamento


@app.periodic(cron="17 * * * *")
@app.task(queueing_lock="excluir_janelas_vencidas")
def limpar_janelas_de_uso(timestamp: int) -> None:
    """De hora em hora, apaga as contagens vencidas do limite de pedidos."""
    excluir_janelas_vencidas()


@app.periodic(cron="41 4 * * *")
@app.task(queueing_lock="excluir_entradas_vencidas")
def limpar_entradas(timestamp: int) -> None:
    """Todo dia, apaga entradas, códigos e sessões que já passaram do prazo."""
    excluir_entradas_vencidas()


@app.task(retry=RetryStrategy(max_attempts=10, wait=10))
def enviar_codigo_pedido(codigo_id: str) -> None:
    """Manda um código por e-mail; o correio fora do ar é tentado de novo até o código vencer."""
    enviar_codigo(uuid.UUID(codigo_id))


@app.task(retry=RetryStrategy(max_attempts=20, linear_wait=60))
def avisar_segundo_fator_desligado(pessoa_id: int) -> None:
    """Conta por e-mail que o segundo fator foi desligado por outra pessoa; o correio fora do ar é tentado por três horas."""
    enviar_aviso_de_desligamento(pessoa_id)
