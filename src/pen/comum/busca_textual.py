"""Do que a pessoa digitou à consulta de texto do PostgreSQL, e o teto de tempo de uma busca.

Todas as palavras precisam aparecer, cada uma de algum modo: no vetor com acentos ou no sem acentos, como foi digitada,
com o acento do sufixo devolvido (quem digita «tramitacoes» acha «tramitação»), no outro número («edital», «editais»),
ou como nome, sem radical. «OU» dá alternativas. Os vetores são os das configurações ``portuguese``, ``pen_sem_acentos`` (o mesmo
radical, depois de tirar os acentos) e ``pen_nomes`` (sem acentos e sem radical).
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from django.db import OperationalError, transaction

from pen.comum.errors import BuscaDemorada, BuscaInvalida
from pen.comum.leitura import COMANDO_CANCELADO, conexao_de_leitura
from pen.comum.portugues import flexoes, palavras
from pen.comum.preparadas import consultar_preparada

PALAVRAS_MAXIMO = 12
TEMPO_MAXIMO_MS = 5000

# Artigos e preposições saem: o texto não os indexa, e os nomes sim. Dois modos que dão o mesmo radical são um só.
_MODOS = """
SELECT palavra, array_agg(DISTINCT to_tsquery(configuracao::regconfig, termo)::text)
FROM unnest(%s::text[], %s::text[], %s::text[]) AS modo (palavra, configuracao, termo)
WHERE numnode(plainto_tsquery('portuguese', palavra)) > 0 AND numnode(to_tsquery(configuracao::regconfig, termo)) > 0
GROUP BY palavra
"""


class Lugares(NamedTuple):
    """Em que pesos do vetor as palavras valem: os do texto corrido, e os dos nomes. Os quatro juntos valem em qualquer um."""

    texto: str = ""
    nomes: str = ""


def sql_do_vetor(texto: str, peso: str) -> str:
    """O vetor, em SQL, de um texto corrido em português; ``texto`` é um parâmetro (``%(nome)s``), e ``peso``, outro ou ``'A'``."""
    partes = "to_tsvector('portuguese', t) || to_tsvector('pen_sem_acentos', t)"
    return f"(SELECT setweight({partes}, {peso}) FROM (SELECT {texto}::text AS t) AS do_texto)"  # noqa: S608


def consulta_de_texto(*campos: tuple[str, Lugares]) -> str:
    """A ``tsquery``, por extenso, de vários textos que precisam todos aparecer; vazia, se todos são vazios.

    Levanta:
        BuscaInvalida: num dos textos só há palavras comuns demais.
    """
    return _juntar(" & ", partes_da_consulta(*campos))


def partes_da_consulta(*campos: tuple[str, Lugares]) -> list[str]:
    """As partes da ``tsquery`` que precisam todas aparecer: uma por palavra, ou por texto com «OU»; levanta o mesmo."""
    return [parte for texto, onde in campos if texto for parte in _partes(texto, onde)]


@contextmanager
def tempo_limitado() -> Iterator[None]:
    """Dá a uma busca cinco segundos, numa transação de leitura.

    Levanta:
        BuscaDemorada: passou deles.
    """
    try:
        with transaction.atomic(using=conexao_de_leitura().alias):
            with conexao_de_leitura().cursor() as cursor:
                cursor.execute(f"SET LOCAL statement_timeout = {TEMPO_MAXIMO_MS}")
            yield
    except OperationalError as erro:
        if getattr(erro.__cause__, "sqlstate", "") == COMANDO_CANCELADO:
            raise BuscaDemorada("A busca demorou demais. Acrescente palavras ou um período e tente de novo.") from erro
        raise


def _partes(texto: str, onde: Lugares) -> list[str]:
    grupos: list[list[str]] = [[]]
    for palavra in palavras(texto)[:PALAVRAS_MAXIMO]:
        if palavra == "OU":
            grupos.append([])
        else:
            grupos[-1].append(palavra.lower()[:60])
    modos = _modos({p for grupo in grupos for p in grupo}, onde)
    alternativas = [achadas for grupo in grupos if (achadas := [modos[p] for p in dict.fromkeys(grupo) if p in modos])]
    if not alternativas:
        raise BuscaInvalida("Essas palavras são comuns demais; use outras mais específicas.")
    if len(alternativas) == 1:
        return alternativas[0]
    return [_juntar(" | ", [_juntar(" & ", palavras_da_alternativa) for palavras_da_alternativa in alternativas])]


def _modos(quais: Iterable[str], onde: Lugares) -> dict[str, str]:
    """Os modos de cada palavra, como alternativas; as comuns demais não vêm."""
    perguntas = [modo for palavra in quais for modo in _modos_da_palavra(palavra, onde)]
    linhas = consultar_preparada(_MODOS, [list(coluna) for coluna in zip(*perguntas, strict=True)]) if perguntas else []
    return {palavra: _juntar(" | ", modos) for palavra, modos in linhas}


def _modos_da_palavra(palavra: str, onde: Lugares) -> Iterator[tuple[str, str, str]]:
    if onde.texto:
        for forma in flexoes(palavra):
            yield palavra, "portuguese", _nos_pesos(forma, onde.texto)
            yield palavra, "pen_sem_acentos", _nos_pesos(forma, onde.texto)
    if onde.nomes:
        yield palavra, "pen_nomes", _nos_pesos(palavra, onde.nomes)


def _nos_pesos(palavra: str, pesos: str) -> str:
    return palavra if pesos == "ABCD" else f"{palavra}:{pesos}"


def _juntar(operador: str, partes: Sequence[str]) -> str:
    return operador.join(f"({parte})" for parte in partes)
