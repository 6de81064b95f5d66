"""Os totais do dia como fontes: o que já foi somado mais o que ainda espera, lidos no mesmo comando."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.utils import timezone

from pen.comum.leitura import conexao_de_leitura
from pen.protocolo_integrado.models.totais import LIMITES_DE_ATRASO

POUCOS_ORGAOS = 20


class Fonte(NamedTuple):
    """Uma tabela de totais e, do que espera para entrar nela, a mesma forma."""

    somada: str
    esperando: str = ""


TOTAIS = Fonte(
    "protocolo_integrado_totaldodia",
    """(SELECT dia, orgao_id, 1 AS remessas, recusada::int AS remessas_recusadas, documentos, novos, alterados, repetidos,
        recusados, andamentos_novos, duracao_ms FROM protocolo_integrado_contagemdaremessa)""",
)
RECUSAS = Fonte(
    "protocolo_integrado_recusasdodia",
    """(SELECT dia, orgao_id, r.key AS codigo, r.value::int AS quantas
        FROM protocolo_integrado_contagemdaremessa, jsonb_each_text(recusas) AS r)""",
)
ATRASOS = Fonte(
    "protocolo_integrado_atrasosdodia",
    """(SELECT dia, orgao_id, f.ordem - 1 AS faixa, f.quantos
        FROM protocolo_integrado_contagemdaremessa, unnest(atrasos) WITH ORDINALITY AS f (quantos, ordem))""",
)
ESPECIES = Fonte(
    "protocolo_integrado_especiesdodia",
    """(SELECT dia, orgao_id, e.key AS especie, e.value::int AS novos
        FROM protocolo_integrado_contagemdaremessa, jsonb_each_text(especies) AS e)""",
)
CONSULTAS = Fonte("protocolo_integrado_consultasdodia")


@dataclass(frozen=True, slots=True)
class Recorte:
    """De que dias (incluídos) e de que órgãos; ``None`` são todos."""

    desde: date
    ate: date
    orgaos: Collection[int] | None = None

    @property
    def onde(self) -> str:
        """A condição, para qualquer fonte. Com muitos órgãos, uma junção: a lista seria procurada no índice, um a um."""
        dias = "dia BETWEEN %(desde)s AND %(ate)s"
        if self.orgaos is None:
            return dias
        muitos = len(self.orgaos) > POUCOS_ORGAOS
        return f"{dias} AND orgao_id {'IN (SELECT unnest(%(orgaos)s::bigint[]))' if muitos else '= ANY(%(orgaos)s)'}"

    @property
    def valores(self) -> dict[str, Any]:
        """Os valores da condição."""
        return {"desde": self.desde, "ate": self.ate, "orgaos": list(self.orgaos or ())}


def ultimos_dias(dias: int, orgaos: Collection[int] | None = None) -> Recorte:
    """Os últimos ``dias`` até hoje, em Brasília."""
    hoje = timezone.localdate()
    return Recorte(hoje - timedelta(days=dias - 1), hoje, orgaos)


def somar(fonte: Fonte, chaves: Sequence[str], valores: Sequence[str], recorte: Recorte) -> list[tuple[Any, ...]]:
    """A soma dos valores por chave. Cada parte é somada antes de juntar, para que o banco reparta a maior entre processos."""
    nomes, somas = ", ".join(chaves), ", ".join(f"sum({v})::bigint AS {v}" for v in valores)
    partes = " UNION ALL ".join(
        f"SELECT {nomes}, {somas} FROM {de} AS t WHERE {recorte.onde} GROUP BY {nomes}"  # noqa: S608 - só nomes nossos
        for de in filter(None, fonte)
    )
    with conexao_de_leitura().cursor() as cursor:
        cursor.execute(f"SELECT {nomes}, {somas} FROM ({partes}) AS t GROUP BY {nomes}", recorte.valores)  # noqa: S608
        linhas: list[tuple[Any, ...]] = cursor.fetchall()
    return linhas


def somas_por_tempo(
    fonte: Fonte, colunas: Sequence[str], recorte: Recorte, *, por_mes: bool = False
) -> dict[date, tuple[int, ...]]:
    """A soma das colunas em cada dia, ou mês (o primeiro dia dele), em que houve algo."""
    somas: dict[date, tuple[int, ...]] = {}
    for dia, *valores in somar(fonte, ["dia"], colunas, recorte):
        periodo = dia.replace(day=1) if por_mes else dia
        antes = somas.get(periodo, (0,) * len(valores))
        somas[periodo] = tuple(int(a + b) for a, b in zip(antes, valores, strict=True))
    return somas


def periodos(recorte: Recorte, *, por_mes: bool) -> list[date]:
    """Todos os dias do recorte, ou o primeiro dia de cada mês dele, em ordem."""
    dias = [recorte.desde + timedelta(days=n) for n in range((recorte.ate - recorte.desde).days + 1)]
    return sorted({dia.replace(day=1) for dia in dias}) if por_mes else dias


def histogramas_de_atraso(recorte: Recorte, *, por_mes: bool = False) -> dict[date, list[int]]:
    """Por dia ou mês, quantos movimentos em cada faixa de atraso."""
    histogramas: dict[date, list[int]] = {}
    for dia, faixa, quantos in somar(ATRASOS, ["dia", "faixa"], ["quantos"], recorte):
        periodo = dia.replace(day=1) if por_mes else dia
        histogramas.setdefault(periodo, [0] * len(LIMITES_DE_ATRASO))[faixa] += int(quantos)
    return histogramas


def atraso_na_parte(histograma: Sequence[int], parte: float) -> float | None:
    """O atraso, em horas, até o qual está ``parte`` dos movimentos (0,5: a mediana); reta dentro da faixa."""
    alvo, acumulado, anterior = parte * sum(histograma), 0, 0
    if not alvo:
        return None
    for limite, quantos in zip(LIMITES_DE_ATRASO, histograma, strict=True):
        if quantos and acumulado + quantos >= alvo:
            return round(anterior + (limite - anterior) * (alvo - acumulado) / quantos, 1)
        acumulado, anterior = acumulado + quantos, limite
    return float(anterior)
