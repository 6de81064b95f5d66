"""Os números da Central num período: quanto chega, quanto se resolve, em quanto tempo, e o que se achou. Só contagens."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from django.db import connection

from pen.atendimento.errors import EquipeNaoEncontrada
from pen.atendimento.models import Chamado
from pen.atendimento.rules import equipes_de
from pen.comum.errors import PedidoIncompleto, conferir
from pen.comum.tempo import BRASILIA
from pen.identidade.public import Ator, e_da_equipe_central

DIAS_MAXIMO = 366
AVALIACOES_MINIMO = 5  # com menos, a média diria quem respondeu o quê
_NO_PERIODO = (
    "c.aberto_em >= %(de)s AND c.aberto_em < %(ate)s AND (%(equipes)s::bigint[] IS NULL OR c.equipe_id = ANY(%(equipes)s))"
)
_RESUMO = f"""
SELECT count(*), count(*) FILTER (WHERE c.situacao = 'encerrado'), count(*) FILTER (WHERE c.situacao <> 'encerrado'),
    count(*) FILTER (WHERE c.reaberturas > 0), count(*) FILTER (WHERE c.desfecho = 'duplicado'),
    count(*) FILTER (WHERE c.desfecho = 'silencio'),
    percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY c.uteis_ate_a_resposta),
    percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY c.uteis_ate_a_solucao)
FROM atendimento_chamado c WHERE {_NO_PERIODO}
"""  # noqa: S608
_POR_GRUPO = f"""
SELECT {{grupo}}, count(*), count(*) FILTER (WHERE c.situacao <> 'encerrado'), count(*) FILTER (WHERE c.reaberturas > 0),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY c.uteis_ate_a_resposta),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY c.uteis_ate_a_solucao),
    percentile_cont(0.9) WITHIN GROUP (ORDER BY c.uteis_ate_a_solucao)
FROM atendimento_chamado c JOIN conhecimento_produto p ON p.id = c.produto_id JOIN atendimento_equipe e ON e.id = c.equipe_id
    JOIN atendimento_formulario f ON f.id = c.formulario_id JOIN atendimento_tipodesuporte t ON t.id = f.tipo_id
WHERE {_NO_PERIODO} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 100
"""  # noqa: S608
_POR_DIA = f"""
SELECT (c.aberto_em AT TIME ZONE 'America/Sao_Paulo')::date, count(*) FROM atendimento_chamado c WHERE {_NO_PERIODO} GROUP BY 1
"""  # noqa: S608
_ENCERRADOS_POR_DIA = _POR_DIA.replace("c.aberto_em", "c.encerrado_em")
_POR_HORA = f"""
SELECT extract(isodow FROM em)::int - 1, extract(hour FROM em)::int, count(*)
FROM (SELECT c.aberto_em AT TIME ZONE 'America/Sao_Paulo' AS em FROM atendimento_chamado c WHERE {_NO_PERIODO}) a GROUP BY 1, 2
"""  # noqa: S608
_AVALIACOES = f"""
SELECT count(*), count(a.nota), avg(a.nota)::float8, count(*) FILTER (WHERE a.resolveu), count(a.resolveu)
FROM atendimento_avaliacao a JOIN atendimento_chamado c ON c.id = a.chamado_id WHERE {_NO_PERIODO}
"""  # noqa: S608
_POR_ROTEIRO = f"""
SELECT p.detalhes->>'roteiro', count(*), count(*) FILTER (WHERE p.passo = 'encerrar'),
    count(*) FILTER (WHERE p.passo = 'encerrar' AND c.reaberturas > 0)
FROM atendimento_passodochamado p JOIN atendimento_chamado c ON c.id = p.chamado_id
WHERE p.detalhes ? 'roteiro' AND {_NO_PERIODO} GROUP BY 1 ORDER BY 3 DESC, 2 DESC, 1 LIMIT 100
"""  # noqa: S608
GRUPOS = {"produto": "p.nome", "esfera": "c.esfera", "tipo": "t.nome", "nivel": "e.nivel"}


class Tempos(NamedTuple):
    """Minutos de expediente: a metade e nove em dez ficam até aqui; nulos, sem nada medido."""

    mediana: float | None
    p90: float | None


class LinhaDoGrupo(NamedTuple):
    """Um produto, esfera, tipo ou nível; tempos em minutos de expediente."""

    nome: str
    abertos: int
    por_encerrar: int
    reabertos: int
    resposta: float | None
    solucao: float | None
    solucao_p90: float | None


class UsoDoRoteiro(NamedTuple):
    """Um roteiro, pelo código: quantas respostas saíram dele, quantas encerraram, e quantos destes chamados se reabriram."""

    codigo: str
    respostas: int
    encerramentos: int
    reabertos: int


@dataclass(frozen=True, slots=True)
class Satisfacao:
    """As avaliações dos chamados do período; a média é nula com menos de cinco notas."""

    pedidas: int
    dadas: int
    media: float | None
    resolveu: int
    disse_se_resolveu: int


@dataclass(frozen=True, slots=True)
class Painel:
    """O período inteiro. ``calor`` é (dia da semana, hora) → abertos; 0 é segunda-feira."""

    abertos: int
    encerrados: int
    por_encerrar: int
    reabertos: int
    duplicados: int
    por_silencio: int
    resposta: Tempos
    solucao: Tempos
    satisfacao: Satisfacao
    grupos: dict[str, list[LinhaDoGrupo]]
    dias: list[tuple[date, int, int]]
    calor: dict[tuple[int, int], int]
    roteiros: list[UsoDoRoteiro]


def painel_da_central(*, para: Ator, desde: date, ate: date) -> Painel:
    """Os chamados abertos entre os dois dias de Brasília, inclusive; quem coordena vê os das equipes que coordena.

    Levanta:
        EquipeNaoEncontrada: ``para`` não é da equipe central nem coordena equipe, e para ele isto não existe.
        PedidoIncompleto: o período termina antes de começar, ou passa de um ano.
    """
    valores = _valores(para, desde, ate)
    resumo = _consultar(_RESUMO, valores)[0]
    pedidas, dadas, media, resolveu, disseram = _consultar(_AVALIACOES, valores)[0]
    encerrados_por_dia = dict(_consultar(_ENCERRADOS_POR_DIA, valores))
    abertos_por_dia = dict(_consultar(_POR_DIA, valores))
    abertos, encerrados, por_encerrar, reabertos, duplicados, por_silencio, resposta, solucao = resumo
    return Painel(
        abertos, encerrados, por_encerrar, reabertos, duplicados, por_silencio,
        resposta=Tempos(*(resposta or (None, None))), solucao=Tempos(*(solucao or (None, None))),
        satisfacao=Satisfacao(pedidas, dadas, media if dadas >= AVALIACOES_MINIMO else None, resolveu, disseram),
        grupos={
            nome: [LinhaDoGrupo(*linha) for linha in _consultar(_POR_GRUPO.replace("{grupo}", coluna), valores)]
            for nome, coluna in GRUPOS.items()
        },
        dias=[(dia, abertos_por_dia.get(dia, 0), encerrados_por_dia.get(dia, 0)) for dia in _dias(desde, ate)],
        calor={(dia, hora): quantos for dia, hora, quantos in _consultar(_POR_HORA, valores)},
        roteiros=[UsoDoRoteiro(*linha) for linha in _consultar(_POR_ROTEIRO, valores)],
    )  # fmt: skip


def chamados_do_periodo(*, para: Ator, desde: date, ate: date) -> Iterator[Chamado]:
    """Os chamados do período, do mais antigo ao mais novo, aos pedaços; levanta os mesmos erros de ``painel_da_central``."""
    valores = _valores(para, desde, ate)
    chamados = Chamado.objects.filter(aberto_em__gte=valores["de"], aberto_em__lt=valores["ate"])
    if valores["equipes"] is not None:
        chamados = chamados.filter(equipe__in=valores["equipes"])
    return (
        chamados.select_related("produto", "orgao", "equipe", "formulario__tipo").order_by("pk").iterator(chunk_size=1_000)
    )


def _valores(para: Ator, desde: date, ate: date) -> dict[str, Any]:
    coordena = [lugar.equipe_id for lugar in equipes_de(para) if lugar.coordena]
    central = e_da_equipe_central(para)
    conferir(central or bool(coordena), EquipeNaoEncontrada("Não existe nada neste endereço."))
    serve = timedelta(0) <= ate - desde <= timedelta(days=DIAS_MAXIMO)
    conferir(serve, PedidoIncompleto("O período vai de um dia a um ano, e não termina antes de começar.", campo="ate"))
    return {
        "de": datetime.combine(desde, time(), BRASILIA), "ate": datetime.combine(ate + timedelta(days=1), time(), BRASILIA),
        "equipes": None if central else coordena,
    }  # fmt: skip


def _dias(desde: date, ate: date) -> Iterator[date]:
    return (desde + timedelta(days=n) for n in range((ate - desde).days + 1))


def _consultar(sql: str, valores: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, valores)
        linhas: list[tuple[Any, ...]] = cursor.fetchall()
        return linhas
