"""``pen trabalhar``: o processo que faz o que ficou para depois."""

import asyncio
import signal

import click
import structlog

SINAIS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
ESPERA = 2.0  # segundos até recomeçar, quando o banco cai
log = structlog.stdlib.get_logger("pen.trabalhar")


@click.command()
@click.option("--simultaneos", default=4, show_default=True, type=click.IntRange(1, 64), help="Trabalhos ao mesmo tempo.")
def comando(simultaneos: int) -> None:
    """Faz os trabalhos da fila e os periódicos, até receber Ctrl-C. Se o banco cai, espera por ele e recomeça."""
    asyncio.run(_trabalhar(simultaneos))


async def _trabalhar(simultaneos: int) -> None:
    pedido_de_parar, laco = asyncio.Event(), asyncio.get_running_loop()
    for sinal in SINAIS:
        laco.add_signal_handler(sinal, pedido_de_parar.set)
    parar = asyncio.create_task(pedido_de_parar.wait())
    while not parar.done():
        trabalho = asyncio.create_task(_ate_o_banco_cair(simultaneos))
        await asyncio.wait({trabalho, parar}, return_when=asyncio.FIRST_COMPLETED)
        trabalho.cancel()  # parado por pedido, termina o que está fazendo
        (erro,) = await asyncio.gather(trabalho, return_exceptions=True)
        if not parar.done():
            log.warning("trabalhador parou; recomeça", erro=type(erro).__name__ if erro else None)
            await asyncio.wait({parar}, timeout=ESPERA)


async def _ate_o_banco_cair(simultaneos: int) -> None:
    """Conexões novas a cada vez: as do trabalhador que parou esperariam, cada vez mais, pelo servidor que caiu."""
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.django_connector import DjangoConnector

    conector = app.connector
    assert isinstance(conector, DjangoConnector)
    with app.replace_connector(conector.get_worker_connector()) as do_trabalhador:
        async with do_trabalhador.open_async():
            await do_trabalhador.run_worker_async(concurrency=simultaneos, install_signal_handlers=False)
