"""Do que a pessoa digitou à consulta de texto do PostgreSQL.

Todas as palavras precisam aparecer, cada uma de algum modo: no vetor com acentos ou no sem acentos, como foi digitada,
com o acento do sufixo devolvido (quem digita «tramitacoes» acha «tramitação»), no outro número («edital», «editais»),
ou como nome, sem radical. «OU» dá alternativas.
"""

from collections.abc import Iterable, Iterator, Sequence

from pen.comum.portugues import flexoes, palavras
from pen.comum.preparadas import consultar_preparada
from pen.protocolo_integrado.errors import BuscaInvalida

PALAVRAS_MAXIMO = 12
ASSUNTO, NOME = "A", "B"  # os pesos do vetor

# Artigos e preposições saem: o assunto não os indexa, e os nomes sim. Dois modos que dão o mesmo radical são um só.
_MODOS = """
SELECT palavra, array_agg(DISTINCT to_tsquery(configuracao::regconfig, termo)::text)
FROM unnest(%s::text[], %s::text[], %s::text[]) AS modo (palavra, configuracao, termo)
WHERE numnode(plainto_tsquery('portuguese', palavra)) > 0 AND numnode(to_tsquery(configuracao::regconfig, termo)) > 0
GROUP BY palavra
"""


def consulta_de_texto(*campos: tuple[str, Sequence[str]]) -> str:
    """A ``tsquery``, por extenso, de vários textos que precisam todos aparecer; vazia, se todos são vazios.

    Cada campo é o texto e os pesos em que ele vale.

    Levanta:
        BuscaInvalida: num dos textos só há palavras comuns demais.
    """
    return " & ".join(f"({_consulta(texto, pesos)})" for texto, pesos in campos if texto)


def _consulta(texto: str, pesos: Sequence[str]) -> str:
    grupos: list[list[str]] = [[]]
    for palavra in palavras(texto)[:PALAVRAS_MAXIMO]:
        if palavra == "OU":
            grupos.append([])
        else:
            grupos[-1].append(palavra.lower()[:60])
    modos = _modos({p for grupo in grupos for p in grupo}, pesos)
    alternativas = [_juntar(" & ", [modos[p] for p in dict.fromkeys(grupo) if p in modos]) for grupo in grupos]
    if not any(alternativas):
        raise BuscaInvalida("Essas palavras são comuns demais; use outras mais específicas.")
    return _juntar(" | ", [alternativa for alternativa in alternativas if alternativa])


def _modos(quais: Iterable[str], pesos: Sequence[str]) -> dict[str, str]:
    """Os modos de cada palavra, como alternativas; as comuns demais não vêm."""
    perguntas = [modo for palavra in quais for modo in _modos_da_palavra(palavra, pesos)]
    linhas = consultar_preparada(_MODOS, [list(coluna) for coluna in zip(*perguntas, strict=True)]) if perguntas else []
    return {palavra: _juntar(" | ", modos) for palavra, modos in linhas}


def _modos_da_palavra(palavra: str, pesos: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    if ASSUNTO in pesos:
        for forma in flexoes(palavra):
            yield palavra, "portuguese", f"{forma}:{ASSUNTO}"
            yield palavra, "pen_sem_acentos", f"{forma}:{ASSUNTO}"
    if NOME in pesos:
        yield palavra, "pen_nomes", f"{palavra}:{NOME}"


def _juntar(operador: str, partes: Sequence[str]) -> str:
    return operador.join(f"({parte})" for parte in partes)
