"""Da remessa ao aviso: o que chegou de números acompanhados vira uma linha na mesma transação, e depois um aviso por pessoa.

Só movimento novo e recente avisa: a primeira carga de um órgão e o reenvio forçado trazem história, não novidade. O número
que alguém acompanhava antes de existir avisa quando chega. Repartir é feito aos poucos, fora da recepção: um processo com
dez mil acompanhantes não atrasa a remessa de ninguém.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from pen.comum.preparadas import como_vetor, consultar_preparada
from pen.comum.tempo import em_microssegundos
from pen.comum.trabalhos import pedir_trabalho
from pen.notificacoes.public import AvisoNovo, avisar
from pen.protocolo_integrado.models import Novidade
from pen.protocolo_integrado.values import AndamentoConferido

TIPO_DE_AVISO = "processo"
NOVIDADES_POR_VEZ = 100
ACOMPANHANTES_POR_VEZ = 2_000

_ACOMPANHADOS = "SELECT DISTINCT numero FROM protocolo_integrado_acompanhamento WHERE numero = ANY(%s::text[])"
_RESERVAR = """
SELECT id, numero, orgao_id, chaves, chegou, repartida_ate FROM protocolo_integrado_novidade
ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED
"""
_ACOMPANHANTES = """
SELECT n.id, a.pessoa_id FROM unnest(%s::uuid[], %s::text[], %s::bigint[]) AS n (id, numero, depois_de)
JOIN protocolo_integrado_acompanhamento a ON a.numero = n.numero AND a.pessoa_id > n.depois_de
ORDER BY n.id, a.pessoa_id LIMIT %s
"""


def anotar_novidades(
    andamentos: Mapping[str, Sequence[AndamentoConferido]], *, novos: set[str], orgao_id: int, agora: datetime
) -> None:
    """Anota, na transação da remessa, o que chegou de números acompanhados.

    ``andamentos`` são os movimentos que acabaram de entrar, por número; ``novos``, os números que o órgão não tinha.
    """
    candidatos = [*andamentos.keys() | novos]
    if not candidatos:
        return
    acompanhados = {numero for (numero,) in consultar_preparada(_ACOMPANHADOS, [como_vetor(candidatos)], grava=True)}
    if not acompanhados:
        return
    desde = em_microssegundos(agora - timedelta(days=settings.AVISOS_DIAS_RECENTES))
    novidades = []
    for numero in sorted(acompanhados):
        recentes = [UUID(bytes=a.chave) for a in andamentos.get(numero, ()) if a.instante >= desde]
        if recentes or numero in novos:
            novidades.append(Novidade(numero=numero, orgao_id=orgao_id, chaves=recentes, chegou=numero in novos))
    if novidades:
        Novidade.objects.bulk_create(novidades)
        transaction.on_commit(pedir_reparticao)


def pedir_reparticao() -> None:
    """Põe a repartição na fila, se já não está."""
    pedir_trabalho("pen.protocolo_integrado.tasks.repartir_o_que_chegou", trava="repartir_novidades")


def repartir_novidades() -> int:
    """Reparte tudo que há, em transações curtas; devolve quantos avisos nasceram. Pode rodar duas vezes, e ao mesmo tempo."""
    total = 0
    while (avisos := _repartir_um_lote()) is not None:
        total += avisos
    return total


@transaction.atomic
def _repartir_um_lote() -> int | None:
    """Um lote de até ``ACOMPANHANTES_POR_VEZ`` avisos; ``None`` quando não há novidade por repartir."""
    with connection.cursor() as cursor:
        cursor.execute(_RESERVAR, [NOVIDADES_POR_VEZ])
        novidades = {linha[0]: linha[1:] for linha in cursor.fetchall()}
        if not novidades:
            return None
        colunas = [list(novidades), [n[0] for n in novidades.values()], [n[4] for n in novidades.values()]]
        cursor.execute(_ACOMPANHANTES, [*colunas, ACOMPANHANTES_POR_VEZ])
        pares = cursor.fetchall()
    avisos = []
    for novidade_id, pessoa_id in pares:
        numero, orgao_id, chaves, chegou, _ = novidades[novidade_id]
        dados = {"numero": numero, "orgao": orgao_id, "chaves": [str(c) for c in chaves], "chegou": chegou}
        avisos.append(AvisoNovo(pessoa_id=pessoa_id, tipo=TIPO_DE_AVISO, chave=str(novidade_id), dados=dados))
    novos = avisar(avisos) if avisos else 0
    terminadas = list(novidades)
    if len(pares) == ACOMPANHANTES_POR_VEZ:  # pode haver mais da última; as depois dela nem começaram
        ultima, ate = pares[-1]
        terminadas = terminadas[: terminadas.index(ultima)]
        Novidade.objects.filter(pk=ultima).update(repartida_ate=ate)
    Novidade.objects.filter(pk__in=terminadas).delete()
    return novos
