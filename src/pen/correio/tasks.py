"""Os trabalhos do correio: cascas finas sobre os serviços."""

from django.utils import timezone
from procrastinate.contrib.django import app

from pen.correio.services.envio import enviar_das_caixas
from pen.correio.services.guarda import cumprir_guarda, excluir_abandonados


@app.task
def enviar_o_que_espera() -> None:
    """Pedido por quem acabou de responder."""
    enviar_das_caixas()


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="enviar_das_caixas_do_minuto")
def enviar_das_caixas_do_minuto(timestamp: int) -> None:
    """A cada minuto, envia o que espera outra tentativa, e o pedido que se perdeu."""
    enviar_das_caixas()


@app.periodic(cron="55 4 * * *")
@app.task(queueing_lock="excluir_originais_abandonados")
def limpar_originais(timestamp: int) -> None:
    """De madrugada, apaga os originais que nenhuma conversa cita."""
    excluir_abandonados()


@app.periodic(cron="25 3 * * 0")
@app.task(queueing_lock="cumprir_guarda_das_caixas")
def cumprir_a_guarda_das_caixas(timestamp: int) -> None:
    """Aos domingos, anonimiza as conversas e apaga os recebimentos que perderam o prazo."""
    cumprir_guarda(agora=timezone.now())
