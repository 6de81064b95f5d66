"""Os trabalhos das notificações: cascas finas sobre os serviços."""

from procrastinate.contrib.django import app

from pen.notificacoes.services.envio import enviar_avisos
from pen.notificacoes.services.guarda import excluir_avisos_vencidos


@app.task
def enviar_o_que_venceu() -> None:
    """Pedido por quem acabou de avisar."""
    enviar_avisos()


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="enviar_avisos_do_minuto")
def enviar_avisos_do_minuto(timestamp: int) -> None:
    """A cada minuto, envia o que venceu: o resumo do dia, o que espera outra tentativa, o pedido que se perdeu."""
    enviar_avisos()


@app.periodic(cron="20 4 * * *")
@app.task(queueing_lock="excluir_avisos_vencidos")
def limpar_avisos(timestamp: int) -> None:
    """Toda madrugada, apaga o que passou do prazo de guarda."""
    excluir_avisos_vencidos()
