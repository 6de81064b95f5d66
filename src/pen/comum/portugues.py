"""O que se sabe da língua para buscar: devolver acentos a quem digitou sem eles."""

import re

_SUFIXOS = (
    ("coes", "ções"), ("cao", "ção"), ("oes", "ões"), ("ao", "ão"), ("encias", "ências"), ("encia", "ência"),
    ("ancias", "âncias"), ("ancia", "ância"), ("aveis", "áveis"), ("avel", "ável"), ("iveis", "íveis"), ("ivel", "ível"),
    ("arios", "ários"), ("ario", "ário"), ("orios", "órios"), ("orio", "ório"),
)  # fmt: skip
_PALAVRA = re.compile(r"\w+")


def acentuar(palavra: str) -> str:
    """A palavra com o acento do sufixo devolvido (``tramitacoes`` vira ``tramitações``); as outras ficam iguais."""
    minuscula = palavra.lower()
    for sem, com in _SUFIXOS:
        if minuscula.endswith(sem):
            return minuscula[: -len(sem)] + com
    return minuscula


def palavras(texto: str) -> list[str]:
    """As palavras do texto, sem pontuação."""
    return _PALAVRA.findall(texto.replace("_", " "))
