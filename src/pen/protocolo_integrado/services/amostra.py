"""A amostra do que um órgão envia em homologação: o mínimo para a conferência da adesão, numa consulta por remessa."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from pen.comum.tempo import BRASILIA, de_microssegundos
from pen.protocolo_integrado.values import DocumentoConferido

AMOSTRAS_MAXIMO = 500  # por órgão; as mais novas
CLASSE_DA_TRAVA = 0x414D4F  # distingue esta trava das outras da mesma base

# Tudo num comando: a trava do órgão (tomada antes de qualquer linha ser tocada), as mais antigas que saem, as que entram.
# O histórico chega aos poucos: do que um envio novo não repete (movimentos, restritos) fica o maior; o resto é do último.
_GUARDAR = """
WITH entram AS MATERIALIZED (
    SELECT n.* FROM (SELECT pg_advisory_xact_lock(%(classe)s, %(orgao)s::int)) AS trava,
        unnest(%(numeros)s::text[], %(formas)s::text[], %(vereditos)s::text[], %(movimentos)s::int[], %(sem_unidade)s::int[],
               %(datas_ok)s::bool[], %(restritos)s::int[], %(niveis)s::smallint[])
        AS n (numero, forma, veredito, movimentos, sem_unidade, datas_ok, restritos, nivel)
), saem AS (
    DELETE FROM protocolo_integrado_amostradehomologacao
    WHERE orgao_id = %(orgao)s AND (numero, recebida_em) IN (
        SELECT a.numero, a.recebida_em FROM protocolo_integrado_amostradehomologacao a
        WHERE a.orgao_id = %(orgao)s AND a.numero NOT IN (SELECT numero FROM entram)
        ORDER BY a.recebida_em DESC, a.numero OFFSET greatest(0, %(maximo)s - (SELECT count(*) FROM entram)))
)
INSERT INTO protocolo_integrado_amostradehomologacao AS a
    (orgao_id, numero, forma, veredito, envios, movimentos, sem_unidade, datas_ok, restritos, nivel, recebida_em)
SELECT %(orgao)s, numero, forma, veredito, 1, movimentos, sem_unidade, datas_ok, restritos, nivel, %(agora)s FROM entram
ON CONFLICT (orgao_id, numero) DO UPDATE SET
    forma = excluded.forma, veredito = excluded.veredito, envios = a.envios + 1, sem_unidade = excluded.sem_unidade,
    datas_ok = excluded.datas_ok, movimentos = greatest(a.movimentos, excluded.movimentos),
    restritos = greatest(a.restritos, excluded.restritos), nivel = greatest(a.nivel, excluded.nivel),
    recebida_em = excluded.recebida_em
"""


def guardar_amostra(documentos: Sequence[DocumentoConferido], *, orgao_id: int, agora: datetime) -> None:
    """Guarda ou refaz a amostra de cada número aceito; deve rodar na transação da remessa.

    O mesmo número mais de uma vez na remessa conta como um envio, e vale o último.
    """
    if not documentos:
        return
    por_numero = {d.numero.normalizado: d for d in documentos}
    colunas: dict[str, Any] = {
        "numeros": list(por_numero),
        "formas": [d.numero.forma.value for d in por_numero.values()],
        "vereditos": [d.numero.veredito.value for d in por_numero.values()],
        "movimentos": [len(d.andamentos) for d in por_numero.values()],
        "sem_unidade": [sum(not a.unidade for a in d.andamentos) for d in por_numero.values()],
        "datas_ok": [_datas_plausiveis(d, agora) for d in por_numero.values()],
        "restritos": [sum(bool(a.nivel) for a in d.andamentos) for d in por_numero.values()],
        "niveis": [max((a.nivel for a in d.andamentos if a.nivel is not None), default=None) for d in por_numero.values()],
    }
    with connection.cursor() as cursor:
        fixos = {"classe": CLASSE_DA_TRAVA, "maximo": AMOSTRAS_MAXIMO, "orgao": orgao_id, "agora": agora}
        cursor.execute(_GUARDAR, colunas | fixos)


def _datas_plausiveis(d: DocumentoConferido, agora: datetime) -> bool:
    """Por dia, e não por instante: o SEI informa a produção como meia-noite, e outros sistemas com a hora."""
    instantes = [de_microssegundos(a.instante) for a in d.andamentos]
    if max([d.produzido_em, *instantes]) > agora:
        return False
    return not instantes or d.produzido_em.astimezone(BRASILIA).date() <= min(instantes).astimezone(BRASILIA).date()
