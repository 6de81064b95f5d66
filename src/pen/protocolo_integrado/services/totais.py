"""Da remessa aos totais do dia; por que em dois tempos está em docs/dominio/painel.md."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime

from django.db import connection

from pen.comum.orm_preparado import inserir_preparado
from pen.comum.tempo import BRASILIA, em_microssegundos
from pen.nup.public import Numero
from pen.protocolo_integrado.models import ContagemDaRemessa, Remessa
from pen.protocolo_integrado.models.totais import ESPECIE_MAXIMO, LIMITES_DE_ATRASO, faixa_de_atraso
from pen.protocolo_integrado.values import Contagem

CONTAGENS_POR_VEZ = 1_000

# Um comando só: o que se apaga e o que se soma valem juntos ou não valem. As chaves vão em ordem, para que dois ao mesmo
# tempo não esperem em círculo; ARRAY(…) faz a reserva ser lida uma vez.
_SOMAR = """
WITH reservadas AS (
    DELETE FROM protocolo_integrado_contagemdaremessa WHERE id = ANY(ARRAY(
        SELECT id FROM protocolo_integrado_contagemdaremessa ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED))
    RETURNING *),
totais AS (
    INSERT INTO protocolo_integrado_totaldodia AS t
        (dia, orgao_id, remessas, remessas_recusadas, documentos, novos, alterados, repetidos, recusados, andamentos_novos,
         duracao_ms)
    SELECT dia, orgao_id, count(*), count(*) FILTER (WHERE recusada), sum(documentos), sum(novos), sum(alterados),
        sum(repetidos), sum(recusados), sum(andamentos_novos), sum(duracao_ms)
    FROM reservadas GROUP BY 1, 2 ORDER BY 1, 2
    ON CONFLICT (dia, orgao_id) DO UPDATE SET
        remessas = t.remessas + excluded.remessas, remessas_recusadas = t.remessas_recusadas + excluded.remessas_recusadas,
        documentos = t.documentos + excluded.documentos, novos = t.novos + excluded.novos,
        alterados = t.alterados + excluded.alterados, repetidos = t.repetidos + excluded.repetidos,
        recusados = t.recusados + excluded.recusados, andamentos_novos = t.andamentos_novos + excluded.andamentos_novos,
        duracao_ms = t.duracao_ms + excluded.duracao_ms),
recusas AS (
    INSERT INTO protocolo_integrado_recusasdodia AS t (dia, orgao_id, codigo, quantas)
    SELECT dia, orgao_id, r.key, sum(r.value::int) FROM reservadas, jsonb_each_text(recusas) r
    GROUP BY 1, 2, 3 ORDER BY 1, 2, r.key COLLATE "C"
    ON CONFLICT (dia, orgao_id, codigo) DO UPDATE SET quantas = t.quantas + excluded.quantas),
atrasos AS (
    INSERT INTO protocolo_integrado_atrasosdodia AS t (dia, orgao_id, faixa, quantos)
    SELECT dia, orgao_id, f.ordem - 1, sum(f.quantos)
    FROM reservadas, unnest(atrasos) WITH ORDINALITY AS f (quantos, ordem) WHERE f.quantos > 0
    GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
    ON CONFLICT (dia, orgao_id, faixa) DO UPDATE SET quantos = t.quantos + excluded.quantos),
especies AS (
    INSERT INTO protocolo_integrado_especiesdodia AS t (dia, orgao_id, especie, novos)
    SELECT dia, orgao_id, e.key, sum(e.value::int) FROM reservadas, jsonb_each_text(especies) e
    GROUP BY 1, 2, 3 ORDER BY 1, 2, e.key COLLATE "C"
    ON CONFLICT (dia, orgao_id, especie) DO UPDATE SET novos = t.novos + excluded.novos),
origens AS (
    INSERT INTO protocolo_integrado_origem AS t (orgao_id, codigo, ano, numeros, vista_em, ultima_em)
    SELECT orgao_id, split_part(o.key, '/', 1), split_part(o.key, '/', 2)::int, sum(o.value::int), min(recebida_em),
        max(recebida_em)
    FROM reservadas, jsonb_each_text(origens) o GROUP BY orgao_id, o.key ORDER BY orgao_id, o.key COLLATE "C"
    ON CONFLICT (orgao_id, codigo, ano) DO UPDATE SET
        numeros = t.numeros + excluded.numeros, ultima_em = greatest(t.ultima_em, excluded.ultima_em)),
integracoes AS (
    INSERT INTO protocolo_integrado_integracao AS t (orgao_id, ultima_carga_em, situacao, desde)
    SELECT orgao_id, max(recebida_em), 'em_dia', max(recebida_em) FROM reservadas WHERE aceitos > 0
    GROUP BY 1 ORDER BY 1
    ON CONFLICT (orgao_id) DO UPDATE SET
        ultima_carga_em = greatest(t.ultima_carga_em, excluded.ultima_carga_em),
        situacao = CASE t.situacao WHEN 'nunca_enviou' THEN 'em_dia' ELSE t.situacao END,
        desde = CASE t.situacao WHEN 'nunca_enviou' THEN excluded.desde ELSE t.desde END)
SELECT count(*) FROM reservadas
"""


def dia_de(instante: datetime) -> date:
    """O dia em que um instante cai, em Brasília."""
    return instante.astimezone(BRASILIA).date()


def contar_remessa(remessa: Remessa, contagem: Contagem, codigos: Iterable[str]) -> None:
    """Anota o que a remessa de produção soma aos totais, na transação dela; ``codigos``: um por documento recusado."""
    soma = ContagemDaRemessa(
        orgao_id=remessa.orgao_id, recebida_em=remessa.recebida_em, dia=dia_de(remessa.recebida_em),
        recusada=bool(remessa.erro), documentos=remessa.documentos, aceitos=remessa.aceitos, recusados=remessa.recusados,
        novos=contagem.novos, alterados=contagem.alterados, repetidos=contagem.repetidos,
        andamentos_novos=contagem.andamentos_novos, duracao_ms=remessa.duracao_ms, recusas=Counter(codigos),
        especies=dict(contagem.especies), origens=dict(contagem.origens), atrasos=list(contagem.atrasos),
    )  # fmt: skip
    inserir_preparado(soma)


def contar_especies(especies: Iterable[str]) -> dict[str, int]:
    """Quantos documentos de cada espécie, cortada no tamanho que os totais guardam."""
    return Counter(especie[:ESPECIE_MAXIMO] for especie in especies)


def contar_origens(numeros: Iterable[Numero]) -> dict[str, int]:
    """Quantos números de cada unidade e ano, como «código/ano»; os de forma sem unidade não contam."""
    return Counter(f"{n.codigo_da_unidade}/{n.ano}" for n in numeros if n.codigo_da_unidade and n.ano)


def contar_atrasos(instantes: Iterable[int], agora: datetime) -> tuple[int, ...]:
    """Quantos movimentos há em cada faixa de atraso; os de mais de 30 dias não contam. Vazio, se nenhum conta.

    Os instantes vêm em microssegundos desde 1970.
    """
    faixas = [0] * len(LIMITES_DE_ATRASO)
    chegada = em_microssegundos(agora)
    ha_30_dias = chegada - LIMITES_DE_ATRASO[-1] * 3_600_000_000
    for recente in [instante for instante in instantes if instante >= ha_30_dias]:  # quase todos são velhos
        faixa = faixa_de_atraso((chegada - recente) / 1_000_000)
        if faixa is not None:
            faixas[faixa] += 1
    return tuple(faixas) if any(faixas) else ()


def somar_contagens() -> int:
    """Leva aos totais tudo que espera, aos poucos; devolve quantas remessas. Pode rodar duas vezes, e ao mesmo tempo."""
    total = 0
    while somadas := _somar_um_lote():
        total += somadas
    return total


def _somar_um_lote() -> int:
    with connection.cursor() as cursor:
        cursor.execute(_SOMAR, [CONTAGENS_POR_VEZ])
        somadas: int = cursor.fetchone()[0]
    return somadas
