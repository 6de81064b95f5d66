"""Do que a pessoa digitou à consulta de texto do PostgreSQL, e o teto de tempo de uma busca.

Todas as palavras precisam aparecer, cada uma de algum modo: no vetor com acentos ou no sem acentos, como foi digitada,
com o acento do sufixo devolvido (quem digita «tramitacoes» acha «tramitação»), no outro número («edital», «editais»).
«OU» dá alternativas. Os vetores são os das configurações ``portuguese`` e ``pen_sem_acentos`` (o mesmo radical, depois de tirar
os acentos); quem tem outro vetor diz os modos de achar nele cada palavra.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager

from django.db import OperationalError, transaction

from pen.comum.errors import BuscaDemorada, BuscaInvalida
from pen.comum.leitura import COMANDO_CANCELADO, conexao_de_leitura
from pen.comum.portugues import flexoes, palavras
from pen.comum.preparadas import consultar_preparada

PALAVRAS_MAXIMO = 12
PALAVRA_MAXIMO = 60  # caracteres: da mais longa vale o começo
TEMPO_MAXIMO_MS = 5000

# Artigos e preposições saem: o texto não os indexa, e os nomes sim. Dois modos que dão o mesmo radical são um só.
_MODOS = """
SELECT palavra, array_agg(DISTINCT to_tsquery(configuracao::regconfig, termo)::text)
FROM unnest(%s::text[], %s::text[], %s::text[]) AS modo (palavra, configuracao, termo)
WHERE numnode(plainto_tsquery('portuguese', palavra)) > 0 AND numnode(to_tsquery(configuracao::regconfig, termo)) > 0
GROUP BY palavra
"""


# A ``tsquery`` que acha cada palavra, das que se dão em minúsculas; as comuns demais não vêm.
ModosDasPalavras = Callable[[Collection[str]], Mapping[str, str]]


def sql_do_vetor(texto: str, peso: str) -> str:
    """O vetor, em SQL, de um texto corrido em português; ``texto`` é um parâmetro (``%(nome)s``), e ``peso``, outro ou ``'A'``."""
    partes = "to_tsvector('portuguese', t) || to_tsvector('pen_sem_acentos', t)"
    return f"(SELECT setweight({partes}, {peso}) FROM (SELECT {texto}::text AS t) AS do_texto)"  # noqa: S608


def consulta_de_texto(texto: str) -> str:
    """A ``tsquery``, por extenso, do que a pessoa digitou; vazia, se não digitou nada.

    Levanta:
        BuscaInvalida: só há palavras comuns demais.
    """
    return _juntar(" & ", partes_da_consulta(texto, _modos))


def partes_da_consulta(texto: str, modos_das_palavras: ModosDasPalavras) -> list[str]:
    """As partes da ``tsquery`` que precisam todas aparecer: uma por palavra, ou uma só, se há «OU»; levanta o mesmo."""
    if not texto:
        return []
    grupos: list[list[str]] = [[]]
    for palavra in palavras(texto)[:PALAVRAS_MAXIMO]:
        if palavra == "OU":
            grupos.append([])
        else:
            grupos[-1].append(palavra.lower()[:PALAVRA_MAXIMO])
    modos = modos_das_palavras({p for grupo in grupos for p in grupo})
    alternativas = [achadas for grupo in grupos if (achadas := [modos[p] for p in dict.fromkeys(grupo) if p in modos])]
    if not alternativas:
        raise BuscaInvalida("Essas palavras são comuns demais; use outras mais específicas.")
    if len(alternativas) == 1:
        return alternativas[0]
    return [_juntar(" | ", [_juntar(" & ", palavras_da_alternativa) for palavras_da_alternativa in alternativas])]


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


def _modos(quais: Collection[str]) -> dict[str, str]:
    perguntas = [
        (palavra, configuracao, forma)
        for palavra in quais
        for forma in flexoes(palavra)
        for configuracao in ("portuguese", "pen_sem_acentos")
    ]
    linhas = consultar_preparada(_MODOS, [list(coluna) for coluna in zip(*perguntas, strict=True)]) if perguntas else []
    return {palavra: _juntar(" | ", modos) for palavra, modos in linhas}


def _juntar(operador: str, partes: Sequence[str]) -> str:
    return operador.join(f"({parte})" for parte in partes)
