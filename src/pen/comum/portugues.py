"""O que se sabe da língua para buscar: devolver acentos a quem digitou sem eles, e o plural que o radical não alcança."""

import re

_SUFIXOS = (
    ("coes", "ções"), ("cao", "ção"), ("oes", "ões"), ("ao", "ão"), ("encias", "ências"), ("encia", "ência"),
    ("ancias", "âncias"), ("ancia", "ância"), ("aveis", "áveis"), ("avel", "ável"), ("iveis", "íveis"), ("ivel", "ível"),
    ("arios", "ários"), ("ario", "ário"), ("orios", "órios"), ("orio", "ório"),
)  # fmt: skip
# Plurais em que o radicalizador do PostgreSQL não junta as duas formas.
_NUMEROS = (
    ("em", "ens"), ("im", "ins"), ("om", "ons"), ("um", "uns"), ("al", "ais"), ("el", "eis"), ("il", "is"), ("ol", "ois"),
    ("ol", "óis"), ("ul", "uis"), ("ão", "ões"), ("ao", "oes"),
)  # fmt: skip
_VOGAIS = frozenset("aeiouáéíóúâêôãõ")
_PALAVRA = re.compile(r"\w+")


def acentuar(palavra: str) -> str:
    """A palavra com o acento do sufixo devolvido (``tramitacoes`` vira ``tramitações``); as outras ficam iguais."""
    minuscula = palavra.lower()
    for sem, com in _SUFIXOS:
        if minuscula.endswith(sem):
            return minuscula[: -len(sem)] + com
    return minuscula


def flexoes(palavra: str) -> list[str]:
    """A palavra, com o acento devolvido, e as duas no outro número (``edital`` e ``editais``); sem repetir, em ordem."""
    formas = dict.fromkeys([palavra.lower(), acentuar(palavra)])
    for forma in list(formas):
        if forma[-1:] in _VOGAIS:
            formas[forma + "s"] = None
        elif len(forma) > 3 and forma.endswith("s") and forma[-2] in _VOGAIS:
            formas[forma[:-1]] = None  # o radicalizador não tira o plural de palavra curta («erros»)
        for singular, plural in _NUMEROS:
            if forma.endswith(plural):
                formas[forma.removesuffix(plural) + singular] = None
            elif forma.endswith(singular):
                formas[forma.removesuffix(singular) + plural] = None
    return list(formas)


def palavras(texto: str) -> list[str]:
    """As palavras do texto, sem pontuação."""
    return _PALAVRA.findall(texto.replace("_", " "))
