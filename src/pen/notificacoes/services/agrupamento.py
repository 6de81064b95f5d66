"""A primeira fase: os avisos que venceram viram mensagens, uma por pessoa e canal."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from pen.comum.identificadores import uuid7
from pen.identidade.public import Pessoa
from pen.notificacoes.enums import CanalDeAviso
from pen.notificacoes.models import InscricaoPush, Mensagem, Preferencias

PESSOAS_POR_VEZ = 1000

# Quem já recebeu o limite na última hora espera, e o que vencer até lá sai junto.
_RESERVAR = """
SELECT a.id, a.pessoa_id, a.urgente FROM notificacoes_aviso a
WHERE a.situacao = 'pendente' AND a.devido_em <= %(agora)s AND a.pessoa_id IN (
    SELECT v.pessoa_id FROM (
        SELECT pessoa_id FROM notificacoes_aviso WHERE situacao = 'pendente' AND devido_em <= %(agora)s
        EXCEPT
        SELECT pessoa_id FROM notificacoes_mensagem WHERE criada_em > %(ha_uma_hora)s AND situacao <> 'cancelada'
        GROUP BY pessoa_id HAVING count(DISTINCT lote) >= %(limite)s) v
    LIMIT %(pessoas)s)
FOR UPDATE OF a SKIP LOCKED
"""
_MARCAR = """
UPDATE notificacoes_aviso a SET lote = n.lote, situacao = CASE WHEN n.lote IS NULL THEN 'cancelado' ELSE 'agrupado' END
FROM unnest(%s::bigint[], %s::uuid[]) AS n (pessoa_id, lote) WHERE a.pessoa_id = n.pessoa_id AND a.id = ANY(%s)
"""


@dataclass(slots=True)
class _Grupo:
    """O que venceu de uma pessoa."""

    avisos: list[UUID]
    urgente: bool = False


def agrupar_devidos(*, agora: datetime, canais: Iterable[CanalDeAviso]) -> int:
    """Transforma em mensagens tudo que venceu; devolve quantas. Pode rodar duas vezes, e ao mesmo tempo."""
    ligados, total = set(canais), 0
    while (mensagens := _agrupar_um_lote(agora, ligados)) is not None:
        total += mensagens
    return total


@transaction.atomic
def _agrupar_um_lote(agora: datetime, ligados: set[CanalDeAviso]) -> int | None:
    """Até ``PESSOAS_POR_VEZ`` pessoas, com o mesmo número de consultas; ``None`` quando não há o que agrupar."""
    grupos = _reservar(agora)
    if not grupos:
        return None
    pessoas = Pessoa.objects.filter(pk__in=grupos, is_active=True).only("email").in_bulk()
    preferencias = Preferencias.objects.in_bulk(list(grupos))
    com_push: set[int] = set()
    if CanalDeAviso.PUSH in ligados:
        com_push = set(InscricaoPush.objects.filter(pessoa__in=grupos).values_list("pessoa_id", flat=True))
    mensagens: list[Mensagem] = []
    lotes: dict[int, UUID | None] = {}
    for pessoa_id, grupo in grupos.items():
        p = preferencias.get(pessoa_id) or Preferencias()
        pessoa = pessoas.get(pessoa_id)
        serve = {
            CanalDeAviso.CORREIO: bool(pessoa and pessoa.email) and (p.correio or grupo.urgente),
            CanalDeAviso.PUSH: bool(pessoa) and p.push and pessoa_id in com_push,
            CanalDeAviso.WEBHOOK: bool(pessoa) and p.webhook,
        }
        canais = [canal for canal in serve if serve[canal] and canal in ligados]
        lote = uuid7()
        lotes[pessoa_id] = lote if canais else None
        mensagens += [
            Mensagem(pessoa_id=pessoa_id, canal=c, lote=lote, urgente=grupo.urgente, criada_em=agora, proxima_em=agora)
            for c in canais
        ]
    Mensagem.objects.bulk_create(mensagens)
    with connection.cursor() as cursor:
        avisos = [aviso for grupo in grupos.values() for aviso in grupo.avisos]
        cursor.execute(_MARCAR, [list(lotes), list(lotes.values()), avisos])
    return len(mensagens)


def _reservar(agora: datetime) -> dict[int, _Grupo]:
    grupos: dict[int, _Grupo] = defaultdict(lambda: _Grupo([]))
    parametros: dict[str, Any] = {
        "agora": agora,
        "ha_uma_hora": agora - timedelta(hours=1),
        "limite": settings.AVISOS_POR_PESSOA_E_HORA,
        "pessoas": PESSOAS_POR_VEZ,
    }
    with connection.cursor() as cursor:
        cursor.execute(_RESERVAR, parametros)
        for aviso_id, pessoa_id, urgente in cursor.fetchall():
            grupos[pessoa_id].avisos.append(aviso_id)
            grupos[pessoa_id].urgente |= urgente
    return dict(grupos)
