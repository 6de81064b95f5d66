"""O envio do que está na saída, ao menos uma vez, como os avisos: a linha travada, marcada depois de o servidor a aceitar."""

import time
from datetime import datetime
from email.utils import format_datetime, formataddr

import structlog
from django.core.mail import EmailMessage
from django.db import connection, transaction
from django.utils import timezone

from pen.comum.errors import LimiteExcedido
from pen.correio.enums import Especie, SituacaoDoEnvio
from pen.correio.models import Envio, Item
from pen.notificacoes.public import (
    DE_PROGRAMA,
    DESISTENCIA,
    ESPERA_MINIMA,
    CanalDeAviso,
    Correio,
    Desfecho,
    Resultado,
    contar_envio,
    espera_da_tentativa,
)

DURACAO = 45  # segundos: depois disto, a rodada do minuto seguinte continua

log = structlog.stdlib.get_logger("pen.caixas")


def enviar_das_caixas(*, agora: datetime | None = None) -> int:
    """Entrega o que espera, até acabar, até o limite do minuto (o dos avisos) ou até o servidor sair do ar; devolve quantas."""
    agora, fim, enviadas = agora or timezone.now(), time.monotonic() + DURACAO, 0
    if not Envio.objects.filter(situacao=SituacaoDoEnvio.PENDENTE, proxima_em__lte=agora).exists():
        return 0
    canal = Correio()
    try:
        while time.monotonic() < fim:
            contar_envio(CanalDeAviso.CORREIO)
            resultado = _entregar_a_proxima(canal, agora)
            if resultado is None:
                break
            if resultado.desfecho is Desfecho.FORA_DO_AR:
                log.warning("servidor de correio fora do ar", erro=resultado.texto)
                break
            enviadas += resultado.desfecho is Desfecho.ENTREGUE
    except LimiteExcedido:
        log.info("limite por minuto alcançado", enviadas=enviadas)
    finally:
        canal.fechar()
    return enviadas


def _entregar_a_proxima(canal: Correio, agora: datetime) -> Resultado | None:
    """Trava a próxima e a entrega; ``None`` se não há mais nenhuma. Duas rodadas ao mesmo tempo dividem o trabalho."""
    if fora_do_ar := canal.abrir():
        return fora_do_ar
    with transaction.atomic():
        with connection.cursor() as cursor:  # um servidor lento não pode custar a transação, e a mensagem sair de novo
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = '10min'")
        devidos = Envio.objects.filter(situacao=SituacaoDoEnvio.PENDENTE, proxima_em__lte=agora).order_by(
            "proxima_em", "pk"
        )
        envio = devidos.select_related("item__conversa__caixa").select_for_update(skip_locked=True, of=("self",)).first()
        if envio is None:
            return None
        resultado = canal.entregar(montar(envio.item))
        _anotar(envio, resultado, agora)
        return resultado


def montar(item: Item) -> EmailMessage:
    """A mensagem, sempre com o mesmo ``Message-ID`` e a mesma data; a automática diz que é, e não leva o assunto que chegou."""
    caixa, de_programa = item.conversa.caixa, item.especie == Especie.AUTOMATICA
    cabecalhos = {
        "From": formataddr((caixa.nome, caixa.endereco)),
        "Reply-To": caixa.endereco,
        "Message-ID": item.identificacao,
        "Date": format_datetime(item.em),
    }
    if item.em_resposta_a:
        cabecalhos |= {"In-Reply-To": item.em_resposta_a, "References": item.conversa_ate_aqui}
    assunto = _assunto_da_resposta(item.conversa.assunto)
    if de_programa:
        cabecalhos |= DE_PROGRAMA | {"Auto-Submitted": "auto-replied", "Precedence": "bulk"}
        assunto = f"Sobre a sua mensagem a {caixa.endereco}"
    elif item.especie == Especie.COMUNICADO:  # a muita gente: as férias de cada um não precisam voltar
        cabecalhos |= {"X-Auto-Response-Suppress": DE_PROGRAMA["X-Auto-Response-Suppress"], "Precedence": "bulk"}
        assunto = item.conversa.assunto
    return EmailMessage(subject=assunto, body=item.texto, from_email=caixa.endereco, to=[item.para], headers=cabecalhos)


def _assunto_da_resposta(assunto: str) -> str:
    return assunto if assunto.lower().startswith(("re:", "res:")) else f"Re: {assunto}".strip()


def _anotar(envio: Envio, resultado: Resultado, agora: datetime) -> None:
    if resultado.desfecho in {Desfecho.FORA_DO_AR, Desfecho.INTERROMPIDA}:
        if resultado.no_meio:  # a próxima rodada começa por outra: uma que derruba o servidor não segura a fila
            envio.proxima_em = agora + ESPERA_MINIMA
            envio.save(update_fields=["proxima_em"])
        return
    envio.tentativas += 1
    envio.erro_codigo, envio.erro_texto = resultado.codigo[:40], resultado.texto[:200]
    if resultado.desfecho is Desfecho.ENTREGUE:
        envio.situacao, envio.enviado_em = SituacaoDoEnvio.ENVIADO, timezone.now()
    elif resultado.desfecho is Desfecho.RECUSADA or agora - envio.criado_em > DESISTENCIA:
        envio.situacao = SituacaoDoEnvio.FALHOU
    else:
        envio.proxima_em = agora + espera_da_tentativa(envio.tentativas)
    envio.save()
