"""Os trabalhos do atendimento: cascas finas sobre os serviços."""

from django.utils import timezone
from procrastinate.contrib.django import app

from pen.atendimento.services.anexos import excluir_abandonados
from pen.atendimento.services.silencio import cuidar_do_silencio


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="cuidar_do_silencio")
def cuidar_dos_chamados_em_silencio(timestamp: int) -> None:
    """De cinco em cinco minutos, lembra quem não respondeu e encerra o que a política manda."""
    cuidar_do_silencio(agora=timezone.now())


@app.periodic(cron="40 4 * * *")
@app.task(queueing_lock="excluir_anexos_abandonados")
def limpar_anexos(timestamp: int) -> None:
    """De madrugada, apaga o conteúdo que nenhum anexo cita."""
    excluir_abandonados()
