"""Os trabalhos do atendimento: cascas finas sobre os serviços."""

from django.utils import timezone
from procrastinate.contrib.django import app

from pen.atendimento.services import gatilhos
from pen.atendimento.services.anexos import excluir_abandonados
from pen.atendimento.services.avisos_de_prazo import avisar_dos_prazos
from pen.atendimento.services.disparos import marcar_disparos_do_tempo
from pen.atendimento.services.entregas import enviar_entregas, esquecer_segredos, excluir_entregas_velhas
from pen.atendimento.services.guarda import cumprir_guarda
from pen.atendimento.services.presenca import excluir_presencas_velhas
from pen.atendimento.services.rascunhos import excluir_rascunhos_velhos
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


@app.periodic(cron="45 4 * * *")
@app.task(queueing_lock="excluir_rascunhos_velhos")
def limpar_rascunhos(timestamp: int) -> None:
    """De madrugada, apaga os rascunhos que ninguém continuou, e quem esteve com um chamado na tela."""
    excluir_rascunhos_velhos(agora=timezone.now())
    excluir_presencas_velhas(agora=timezone.now())


@app.periodic(cron="2-57/5 * * * *")
@app.task(queueing_lock="avisar_dos_prazos")
def avisar_dos_prazos_dos_chamados(timestamp: int) -> None:
    """De cinco em cinco minutos, avisa quem atende do prazo que está perto e do que venceu."""
    avisar_dos_prazos(agora=timezone.now())


@app.periodic(cron="15 3 * * 0")
@app.task(queueing_lock="cumprir_guarda_do_atendimento")
def cumprir_a_guarda(timestamp: int) -> None:
    """Aos domingos, anonimiza ou apaga o que perdeu o prazo de guarda, e grava o relatório."""
    cumprir_guarda(agora=timezone.now())


@app.periodic(cron="4-59/5 * * * *")
@app.task(queueing_lock="marcar_disparos_do_tempo")
def disparar_pelo_tempo(timestamp: int) -> None:
    """De cinco em cinco minutos, dispara os gatilhos que chegaram à hora."""
    marcar_disparos_do_tempo(agora=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="cumprir_disparos")
def cumprir_disparos(timestamp: int = 0) -> None:
    """Ao disparar um gatilho, e de minuto em minuto, faz o que os gatilhos disparados mandam."""
    gatilhos.cumprir_disparos(agora=timezone.now())


@app.task
def entregar_webhooks() -> None:
    """Pedido por quem deu um passo que há a quem contar."""
    enviar_entregas()


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="entregar_webhooks_do_minuto")
def entregar_webhooks_do_minuto(timestamp: int) -> None:
    """A cada minuto, esquece os segredos trocados há um dia, e entrega o que espera outra tentativa e o pedido que se perdeu."""
    esquecer_segredos(agora=timezone.now())
    enviar_entregas()


@app.periodic(cron="50 4 * * *")
@app.task(queueing_lock="excluir_entregas_velhas")
def limpar_webhooks(timestamp: int) -> None:
    """De madrugada, apaga as entregas de mais de trinta dias."""
    excluir_entregas_velhas(agora=timezone.now())
