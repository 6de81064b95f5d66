"""O pedaço de um texto que tem o que se procurou, com as palavras realçadas."""

import re
from collections.abc import Set

from markupsafe import Markup, escape

from pen.comum.texto import sem_acentos

TAMANHO = 240  # caracteres do pedaço
_PALAVRA = re.compile(r"\w+")


def realcar(texto: str, formas: Set[str]) -> Markup:
    """O texto seguro para a página, com cada palavra de ``formas`` (sem acentos) entre ``<mark>`` e ``</mark>``."""
    partes, fim = [Markup()], 0
    for achada in _PALAVRA.finditer(texto):
        if sem_acentos(achada[0]) in formas:
            partes += [escape(texto[fim : achada.start()]), Markup("<mark>{}</mark>").format(achada[0])]
            fim = achada.end()
    return Markup().join([*partes, escape(texto[fim:])])


def pedaco(texto: str, formas: Set[str]) -> str:
    """O pedaço do texto com mais das palavras de ``formas``, cortado entre palavras; com reticências onde se cortou."""
    corrido = " ".join(texto.split())
    if len(corrido) <= TAMANHO:
        return corrido
    onde = [a.start() for a in _PALAVRA.finditer(corrido) if sem_acentos(a[0]) in formas] or [0]
    melhor = max(onde, key=lambda inicio: (sum(inicio <= outro < inicio + TAMANHO for outro in onde), -inicio))
    inicio = max(0, min(melhor - TAMANHO // 4, len(corrido) - TAMANHO))
    inicio = corrido.rfind(" ", 0, inicio) + 1 if inicio else 0
    fim = corrido.rfind(" ", inicio, inicio + TAMANHO) if inicio + TAMANHO < len(corrido) else len(corrido)
    return ("… " if inicio else "") + corrido[inicio:fim] + (" …" if fim < len(corrido) else "")
