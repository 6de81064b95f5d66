"""«Você quis dizer»: a grafia corrigida de uma busca que não achou nada."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from rapidfuzz.distance import OSA

from pen.comum.busca_textual import PALAVRAS_MAXIMO
from pen.comum.errors import BuscaDemorada, BuscaInvalida
from pen.comum.portugues import palavras
from pen.comum.preparadas import consultar_preparada
from pen.comum.texto import sem_acentos
from pen.protocolo_integrado.selectors.busca import acha_algo
from pen.protocolo_integrado.selectors.visiveis import Visitante
from pen.protocolo_integrado.values import FiltrosDeBusca

TAMANHO_MINIMO = 4  # letras

_PARECIDAS = """
SELECT digitada, parecida.sem_acentos, parecida.palavra FROM unnest(%s::text[]) AS digitada, LATERAL (
    SELECT palavra, sem_acentos, vezes FROM protocolo_integrado_palavra WHERE sem_acentos %% digitada
    ORDER BY similarity(sem_acentos, digitada) DESC, vezes DESC LIMIT 30) AS parecida
ORDER BY parecida.vezes DESC
"""


@dataclass(frozen=True)
class Sugestao:
    """A busca com a grafia corrigida."""

    filtros: FiltrosDeBusca

    def escrita(self) -> str:
        """As palavras corrigidas, como a pessoa as leria."""
        textos = (self.filtros.palavras, self.filtros.assunto, self.filtros.interessado)
        return " ".join(texto for texto in textos if texto)


def sugerir_grafia(filtros: FiltrosDeBusca, *, para: Visitante) -> Sugestao | None:
    """A mesma busca com as palavras que não se conhecem trocadas pelas mais parecidas; só se ela acha algum processo público.

    Uma palavra troca até uma letra se tem quatro, duas até oito, e três daí em diante; trocar duas de lugar conta uma.
    """
    textos = [palavras(texto)[:PALAVRAS_MAXIMO] for texto in (filtros.palavras, filtros.assunto, filtros.interessado)]
    correcoes = _corrigir({palavra for texto in textos for palavra in texto})
    if not correcoes:
        return None
    certos = [" ".join(correcoes.get(palavra, palavra) for palavra in texto) for texto in textos]
    corrigida = replace(filtros, palavras=certos[0], assunto=certos[1], interessado=certos[2])
    try:
        return Sugestao(corrigida) if acha_algo(corrigida, para=para) else None
    except (BuscaInvalida, BuscaDemorada):
        return None


def _corrigir(digitadas: Iterable[str]) -> dict[str, str]:
    """Palavra digitada → a conhecida mais parecida, das que mudam alguma letra."""
    simples = {p: sem_acentos(p) for p in digitadas if len(p) >= TAMANHO_MINIMO and p.isalpha()}
    candidatas: dict[str, list[tuple[int, str]]] = {}
    for digitada, conhecida, escrita in consultar_preparada(_PARECIDAS, [list(set(simples.values()))]) if simples else []:
        candidatas.setdefault(digitada, []).append((OSA.distance(digitada, conhecida), escrita))
    escolhidas = {digitada: min(opcoes, key=lambda opcao: opcao[0]) for digitada, opcoes in candidatas.items()}
    return {
        palavra: escolhidas[simples[palavra]][1]
        for palavra in simples
        if simples[palavra] in escolhidas and 0 < escolhidas[simples[palavra]][0] <= _tolerancia(simples[palavra])
    }


def _tolerancia(palavra: str) -> int:
    return 1 if len(palavra) <= 4 else 2 if len(palavra) <= 8 else 3
