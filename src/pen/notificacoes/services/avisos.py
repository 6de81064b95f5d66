"""A entrada: pedir um aviso, dentro da transação de quem pede."""

import json
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from pen.comum.identificadores import uuid7
from pen.comum.preparadas import consultar_preparada
from pen.comum.tempo import BRASILIA
from pen.comum.trabalhos import pedir_trabalho
from pen.notificacoes.enums import Frequencia, Ritmo
from pen.notificacoes.values import AvisoNovo

HORA_DO_RESUMO = time(7)

# A ordem é a mesma em toda transação: duas que peçam os mesmos avisos esperam uma pela outra, e não se travam.
_INSERIR = """
WITH novos AS (
    INSERT INTO notificacoes_aviso (id, pessoa_id, tipo, chave, dados, urgente, ritmo, situacao, criado_em, devido_em)
    SELECT n.id, n.pessoa_id, n.tipo, n.chave, n.dados::jsonb, n.urgente, n.ritmo, 'pendente', %(agora)s,
        CASE WHEN n.urgente THEN %(agora)s WHEN n.ritmo = 'semanal' THEN %(semanal)s
            WHEN p.frequencia = 'diaria' OR n.ritmo = 'diario' THEN %(diaria)s ELSE %(imediata)s END
    FROM unnest(%(ids)s::uuid[], %(pessoas)s::bigint[], %(tipos)s::text[], %(chaves)s::text[], %(dados)s::text[],
                %(urgentes)s::boolean[], %(ritmos)s::text[]) AS n (id, pessoa_id, tipo, chave, dados, urgente, ritmo)
    LEFT JOIN notificacoes_preferencias p ON p.pessoa_id = n.pessoa_id
    WHERE n.urgente OR p.pausado_em IS NULL
    ORDER BY n.pessoa_id, n.tipo, n.chave
    ON CONFLICT (pessoa_id, tipo, chave) DO NOTHING
    RETURNING urgente, devido_em)
SELECT count(*), bool_or(urgente), bool_or(NOT urgente AND devido_em <= %(imediata)s) FROM novos
"""


def avisar(avisos: Sequence[AvisoNovo]) -> int:
    """Grava os avisos que ainda não existem, num comando só; devolve quantos são. Repetir não muda nada.

    Deve rodar dentro da transação de quem pede: o aviso existe se, e só se, o que ele conta aconteceu. Quem pausou
    não ganha os que não são urgentes. O envio começa sozinho depois da transação.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("avisar() deve rodar dentro da transação do que se avisa.")
    if not avisos:
        return 0
    agora = timezone.now()
    parametros: dict[str, Any] = {
        "agora": agora,
        "imediata": vencimento(Frequencia.IMEDIATA, agora),
        "diaria": vencimento(Frequencia.DIARIA, agora),
        "semanal": vencimento_semanal(agora),
        "ids": [uuid7() for _ in avisos],
        "pessoas": [a.pessoa_id for a in avisos],
        "tipos": [a.tipo for a in avisos],
        "chaves": [a.chave for a in avisos],
        "dados": [json.dumps(dict(a.dados), ensure_ascii=False) for a in avisos],
        "urgentes": [a.urgente for a in avisos],
        "ritmos": [Ritmo(a.ritmo).value for a in avisos],
    }
    ((novos, ha_urgentes, ha_imediatos),) = consultar_preparada(_INSERIR, parametros, grava=True)
    if ha_urgentes:
        transaction.on_commit(lambda: pedir_envio())
    if ha_imediatos:
        transaction.on_commit(lambda: pedir_envio(daqui_a=settings.AVISOS_JANELA_SEGUNDOS + 1))
    return int(novos)


def vencimento(frequencia: str, agora: datetime) -> datetime:
    """Quando sai um aviso não urgente pedido agora."""
    if frequencia == Frequencia.IMEDIATA:
        return agora + timedelta(seconds=settings.AVISOS_JANELA_SEGUNDOS)
    hoje = agora.astimezone(BRASILIA)
    dia = hoje.date() if hoje.time() < HORA_DO_RESUMO else hoje.date() + timedelta(days=1)
    return datetime.combine(dia, HORA_DO_RESUMO, tzinfo=BRASILIA)


def vencimento_semanal(agora: datetime) -> datetime:
    """A próxima segunda-feira às 7h de Brasília: quando sai o resumo da semana."""
    amanhecer = vencimento(Frequencia.DIARIA, agora)
    return amanhecer + timedelta(days=-amanhecer.weekday() % 7)


def pedir_envio(*, daqui_a: int = 0) -> None:
    """Põe o envio na fila, se já não está; perdido o pedido, o periódico de cada minuto faz o mesmo."""
    trava = "enviar_avisos_na_janela" if daqui_a else "enviar_avisos_agora"
    pedir_trabalho("pen.notificacoes.tasks.enviar_o_que_venceu", trava=trava, daqui_a=daqui_a)
