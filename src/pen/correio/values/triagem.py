"""A triagem: que expressões há num texto, e quanto pesam juntas."""

import re
import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

from pen.comum.texto import sem_acentos

PESO_MAXIMO = 3
LIDO_MAXIMO = 20_000  # caracteres
_FORMA = re.compile(r"\w+\*?(?: \w+\*?)*")
_PALAVRA = re.compile(r"\w+")


class Sinal(NamedTuple):
    """O que conta: a expressão, o peso (negativo é a favor de não ser suporte) e por quê."""

    expressao: str
    peso: int
    por_que: str


class Parecer(NamedTuple):
    """O que se achou, do que mais pesa ao que menos, e a soma."""

    sinais: tuple[Sinal, ...]
    soma: int


def normalizar_expressao(texto: str) -> str:
    """Minúsculas, um espaço entre as palavras; vazio, se não é uma expressão. ``instal*`` vale por toda flexão."""
    limpa = " ".join(unicodedata.normalize("NFC", texto.lower()).split())
    return limpa if _FORMA.fullmatch(limpa) else ""


def pesar(texto: str, sinais: Iterable[Sinal]) -> Parecer:
    """Soma os pesos das expressões que estão no texto, cada uma uma vez, por mais que se repita."""
    palavras = " ".join(_PALAVRA.findall(sem_acentos(texto[:LIDO_MAXIMO])))
    achados = [sinal for sinal in sinais if _padrao(sinal.expressao).search(palavras)]
    achados.sort(key=lambda sinal: (-sinal.peso, sinal.expressao))
    return Parecer(tuple(achados), sum(sinal.peso for sinal in achados))


def _padrao(expressao: str) -> re.Pattern[str]:
    return re.compile(r"\b" + re.escape(sem_acentos(expressao)).replace(r"\*", r"\w*") + r"\b")
