"""Trabalhos do Protocolo Integrado."""

from procrastinate.contrib.django import app

from pen.protocolo_integrado.services.integracao import atualizar_integracoes, conferir_integracoes
from pen.protocolo_integrado.services.novidades import pedir_reparticao, repartir_novidades
from pen.protocolo_integrado.services.remessa import excluir_recusas_vencidas
from pen.protocolo_integrado.services.retratos import retratar_acompanhamentos, retratar_avisos
from pen.protocolo_integrado.services.totais import somar_contagens
from pen.protocolo_integrado.services.vocabulario import aprender_palavras


@app.periodic(cron="40 3 * * *")
@app.task(queueing_lock="excluir_recusas_vencidas")
def limpar_recusas(timestamp: int) -> None:
    """Toda madrugada, apaga as recusas com mais de 90 dias."""
    excluir_recusas_vencidas()


@app.task(queue="avisos")
def repartir_o_que_chegou() -> None:
    """Reparte as novidades em avisos; quem a pede é a remessa que trouxe algo de um número acompanhado."""
    repartir_novidades()


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="conferir_novidades")
def conferir_novidades(timestamp: int) -> None:
    """A cada minuto, caso o pedido tenha se perdido (o servidor morreu entre gravar e pedir)."""
    pedir_reparticao()


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="somar_contagens")
def somar_totais(timestamp: int) -> None:
    """A cada minuto, leva aos totais o que as remessas contaram e põe em dia a situação dos órgãos."""
    somar_contagens()
    atualizar_integracoes()


@app.periodic(cron="5 * * * *")
@app.task(queueing_lock="conferir_integracoes")
def conferir_envios(timestamp: int) -> None:
    """De hora em hora, abre e encerra os alertas dos órgãos que pararam e voltaram."""
    conferir_integracoes()


@app.periodic(cron="50 * * * *")
@app.task(queueing_lock="retratar_o_dia")
def retratar_o_dia(timestamp: int) -> None:
    """De hora em hora, refaz os retratos do dia: quem acompanha, e os avisos que saíram."""
    retratar_acompanhamentos()
    retratar_avisos()


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="aprender_palavras")
def aprender(timestamp: int) -> None:
    """De dez em dez minutos, lê as palavras do que chegou, para corrigir a grafia das buscas."""
    aprender_palavras()
