"""A resposta redigida por um modelo só se mostra se cada frase dela cita um trecho, e o trecho diz o que ela diz."""

import re
from collections.abc import Sequence

from pen.comum.semelhanca import radicais

RESPOSTA_MAXIMO = 1_200  # caracteres
DO_TRECHO_MINIMO = 0.75  # das palavras de uma frase que dizem algo, a parte que está nos trechos que ela cita
_CITACAO = re.compile(r"\[(\d{1,2})\]")
# Uma frase acaba na citação: «… até as 18h. [1]» ou «… até as 18h [1].»
_FRASE = re.compile(r".+?(?:\[\d{1,2}\]\s*)+[.!?]?", re.S)
# O que não se pode reescrever: números, endereços, nomes com arroba.
_LITERAL = re.compile(r"https?://\S+|[\w.+-]+@[\w.-]+|\d[\d.,/:-]*\d|\d")


def conferir_redacao(texto: str, trechos: Sequence[str]) -> str:
    """O texto, se cada frase cita pelo menos um dos trechos (``[1]`` é o primeiro) e se sustenta neles; senão, vazio."""
    limpo = " ".join(texto.split())
    if not limpo or len(limpo) > RESPOSTA_MAXIMO or "<" in limpo or "](" in limpo:
        return ""
    frases = [frase.strip() for frase in _FRASE.findall(limpo)]
    if not frases or " ".join(frases) != limpo:
        return ""  # sobrou alguma coisa sem citação
    return limpo if all(_sustenta(frase, trechos) for frase in frases) else ""


def _sustenta(frase: str, trechos: Sequence[str]) -> bool:
    citados = {int(n) - 1 for n in _CITACAO.findall(frase)}
    if not all(0 <= n < len(trechos) for n in citados):
        return False
    do_trecho = "\n".join(trechos[n] for n in citados)
    dita = _CITACAO.sub(" ", frase)
    if any(literal.rstrip(".,:;") not in do_trecho for literal in _LITERAL.findall(dita)):
        return False
    ditos = radicais(dita)
    return not ditos or len(ditos & radicais(do_trecho)) / len(ditos) >= DO_TRECHO_MINIMO
