"""O envio: agrupa o que venceu e entrega o que está pendente, canal por canal.

Cada mensagem é entregue com a linha travada e marcada na mesma transação. Se o trabalho morre entre o aceite do servidor
e a gravação, a mensagem sai de novo com o mesmo ``Message-ID``: ao menos uma vez. Duas rodadas ao mesmo tempo dividem o
trabalho. O que passa do limite por minuto fica para a rodada seguinte: ninguém dorme dentro de uma transação.
"""

import time
from collections.abc import Sequence
from datetime import datetime

import structlog
from django.db import connection, transaction
from django.utils import timezone

from pen.comum.errors import LimiteExcedido
from pen.identidade.public import contar_uso
from pen.notificacoes.canais import Canal, canais_ligados
from pen.notificacoes.enums import CanalDeAviso, Desfecho, SituacaoDaMensagem
from pen.notificacoes.models import EnderecoRecusado, InscricaoPush, Mensagem
from pen.notificacoes.segredos import hash_do_endereco
from pen.notificacoes.services.agrupamento import agrupar_devidos
from pen.notificacoes.services.preparo import preparar_entregas
from pen.notificacoes.values import DESISTENCIA, ESPERA_MAXIMA, ESPERA_MINIMA, Entrega, Resultado, opcao

MENSAGENS_POR_LOTE = 20
VALIDADE_DO_TEXTO = 15  # segundos: passado isto, pede-se o texto de novo, porque algo pode ter sido ocultado
DURACAO_POR_CANAL = 45  # segundos: depois disto, a rodada do minuto seguinte continua

log = structlog.stdlib.get_logger("pen.avisos")


def enviar_avisos(*, agora: datetime | None = None) -> int:
    """Agrupa e entrega tudo que venceu até ``agora``; devolve quantas mensagens saíram. Pode rodar ao mesmo tempo."""
    agora = agora or timezone.now()
    canais = canais_ligados()
    agrupar_devidos(agora=agora, canais=[canal.nome for canal in canais])
    return sum(_enviar_pelo_canal(canal, agora) for canal in canais)


def _enviar_pelo_canal(canal: Canal, agora: datetime) -> int:
    """Entrega até acabar, até o limite do minuto, até a duração máxima ou até o serviço sair do ar."""
    fim, enviadas = time.monotonic() + DURACAO_POR_CANAL, 0
    try:
        while time.monotonic() < fim and (pendentes := _proximas(canal.nome, agora)):
            entregas = preparar_entregas(pendentes, agora=agora)
            vencimento = min(fim, time.monotonic() + VALIDADE_DO_TEXTO)
            for posicao, entrega in enumerate(entregas):
                if posicao and time.monotonic() > vencimento:
                    break
                contar_uso(f"avisos:{canal.nome}", limite=opcao("AVISOS_POR_MINUTO"))
                resultado = _entregar(canal, entrega, agora)
                if resultado is None:
                    continue
                if resultado.desfecho is Desfecho.FORA_DO_AR:
                    log.warning("canal fora do ar", canal=canal.nome.value, erro=resultado.texto)
                    return enviadas
                enviadas += resultado.desfecho is Desfecho.ENTREGUE
                if resultado.endereco_recusado:
                    break  # o preparo seguinte cancela o resto deste endereço
    except LimiteExcedido:
        log.info("limite por minuto alcançado", canal=canal.nome.value, enviadas=enviadas)
    finally:
        canal.fechar()
    return enviadas


def _proximas(canal: CanalDeAviso, agora: datetime) -> Sequence[Mensagem]:
    """As próximas que ninguém está enviando agora; a trava só serve para olhar, e é solta em seguida."""
    with transaction.atomic():
        devidas = Mensagem.objects.filter(canal=canal, situacao=SituacaoDaMensagem.PENDENTE, proxima_em__lte=agora)
        ordem = devidas.order_by("-urgente", "proxima_em", "id")
        return list(ordem.select_for_update(skip_locked=True)[:MENSAGENS_POR_LOTE])


@transaction.atomic
def _entregar(canal: Canal, entrega: Entrega, agora: datetime) -> Resultado | None:
    """Entrega uma mensagem com a linha travada; ``None`` se outra rodada já a tem, ou já a enviou."""
    with connection.cursor() as cursor:  # um servidor lento não pode custar a transação, e a mensagem sair de novo
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = '10min'")
    livres = Mensagem.objects.select_for_update(skip_locked=True)
    mensagem = livres.filter(pk=entrega.id, situacao=SituacaoDaMensagem.PENDENTE, proxima_em__lte=agora).first()
    if mensagem is None:
        return None
    resultado = canal.enviar(entrega)
    _anotar(mensagem, entrega, resultado, agora)
    return resultado


def _anotar(mensagem: Mensagem, entrega: Entrega, resultado: Resultado, agora: datetime) -> None:
    if resultado.inscricoes_mortas:
        InscricaoPush.objects.filter(pk__in=resultado.inscricoes_mortas).delete()
    if resultado.desfecho is Desfecho.FORA_DO_AR:
        if resultado.no_meio:  # a próxima rodada começa por outra: uma que derruba o servidor não segura a fila
            mensagem.proxima_em = agora + ESPERA_MINIMA
            mensagem.save(update_fields=["proxima_em"])
        return
    mensagem.tentativas += 1
    mensagem.assunto, mensagem.erro_codigo, mensagem.erro_texto = entrega.assunto, resultado.codigo, resultado.texto
    if mensagem.canal == CanalDeAviso.CORREIO:
        mensagem.endereco_hash = hash_do_endereco(entrega.para)
    if resultado.desfecho is Desfecho.ENTREGUE:
        mensagem.situacao, mensagem.enviada_em = SituacaoDaMensagem.ENVIADA, timezone.now()
    elif resultado.desfecho is Desfecho.RECUSADA or agora - mensagem.criada_em > DESISTENCIA:
        mensagem.situacao = SituacaoDaMensagem.FALHOU
    else:
        mensagem.proxima_em = agora + min(ESPERA_MAXIMA, ESPERA_MINIMA * 2 ** min(mensagem.tentativas - 1, 10))
    mensagem.save()
    if resultado.endereco_recusado:
        registrar_endereco_recusado(mensagem, codigo=resultado.codigo, motivo=resultado.texto, agora=agora)


def registrar_endereco_recusado(mensagem: Mensagem, *, codigo: str, motivo: str, agora: datetime) -> None:
    """Guarda que o endereço desta mensagem não recebe; registrar de novo não muda nada."""
    EnderecoRecusado.objects.bulk_create(
        [
            EnderecoRecusado(
                pessoa_id=mensagem.pessoa_id,
                endereco_hash=mensagem.endereco_hash,
                recusado_em=agora,
                codigo=codigo,
                motivo=motivo,
            )
        ],
        ignore_conflicts=True,
    )
