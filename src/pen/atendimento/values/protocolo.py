"""O protocolo de um chamado: ``PEN-2026-000123-45``, o ano, a ordem no ano e dois dígitos verificadores (ISO 7064, MOD 97-10)."""

import re

PREFIXO = "PEN"
ORDEM_MAXIMA = 999_999_999
_NO_TEXTO = re.compile(r"(?<![\w/.])(?:PEN)?[ -]?\d{4}[ -]?\d{6,9}[ -]?\d{2}(?![\w/])", re.I)
_ESCRITO = re.compile(r"(?:PEN)?[\s-]*(\d{4})[\s-]*(\d{6,9})[\s-]*(\d{2})", re.I)


def formar_protocolo(ano: int, ordem: int) -> str:
    """O protocolo da ``ordem`` (de 1 a 999999999) no ``ano``."""
    assert 2000 <= ano <= 9999 and 1 <= ordem <= ORDEM_MAXIMA
    return f"{PREFIXO}-{ano}-{ordem:06d}-{_digitos(ano, ordem)}"


def ler_protocolo(texto: str) -> str | None:
    """O protocolo que a pessoa escreveu, na forma em que se grava; ``None`` se não é um, ou se os dígitos não conferem.

    Aceita minúsculas, espaços no lugar dos hifens, e sem o prefixo.
    """
    if not (achado := _ESCRITO.fullmatch(texto.strip())):
        return None
    ano, ordem, digitos = int(achado[1]), int(achado[2]), achado[3]
    if ano < 2000 or ordem < 1 or digitos != _digitos(ano, ordem):
        return None
    return formar_protocolo(ano, ordem)


def cita_protocolo(texto: str) -> bool:
    """Se há no texto um protocolo com os dígitos certos; se o chamado existe, não se diz."""
    return any(ler_protocolo(achado[0]) for achado in _NO_TEXTO.finditer(texto[:20_000]))


def _digitos(ano: int, ordem: int) -> str:
    return f"{98 - int(f'{ano}{ordem:09d}') * 100 % 97:02d}"
