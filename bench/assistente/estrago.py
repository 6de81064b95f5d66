"""Estragar um título como o estragaria quem pergunta com pressa; sempre do mesmo jeito."""

import random
import unicodedata

PALAVRAS, LONGA = 3, 5  # quantas ficam de um título; a partir de quantas letras uma palavra ganha um erro
_SINAIS = "?!.,;:«»\"'()"


def sem_acentos(titulo: str) -> str:
    """Em minúsculas, sem acentos e sem pontuação."""
    simples = "".join(c for c in unicodedata.normalize("NFD", titulo.lower()) if not unicodedata.combining(c))
    return " ".join(simples.translate(str.maketrans(dict.fromkeys(_SINAIS, " "))).split())


def com_erros(titulo: str) -> str:
    """Sem acentos, e com um erro em cada palavra longa: uma letra a menos, a mais, trocada, ou duas invertidas."""
    sorte = random.Random(titulo)
    return " ".join(_errar(palavra, sorte) if len(palavra) > LONGA else palavra for palavra in sem_acentos(titulo).split())


def em_palavras(titulo: str) -> str:
    """As três palavras mais longas, menos a primeira do título, na ordem."""
    ditas = sem_acentos(titulo).split()[1:]
    ficam = sorted(sorted(range(len(ditas)), key=lambda n: -len(ditas[n]))[:PALAVRAS])
    return " ".join(ditas[n] for n in ficam)


def _errar(palavra: str, sorte: random.Random) -> str:
    n = sorte.randrange(1, len(palavra) - 1)
    trocada = palavra[:n] + sorte.choice("aeios") + palavra[n + 1 :]
    invertida = palavra[:n] + palavra[n + 1] + palavra[n] + palavra[n + 2 :]
    return sorte.choice([palavra[:n] + palavra[n + 1 :], palavra[:n] + palavra[n] + palavra[n:], trocada, invertida])
