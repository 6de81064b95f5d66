"""Marcadores de página: onde a página seguinte começa, num texto que cabe num endereço."""

import base64
import binascii


def marcar(*partes: str) -> str:
    """Junta as partes da chave num marcador."""
    return base64.urlsafe_b64encode("|".join(partes).encode()).decode().rstrip("=")


def ler_marcador(marcador: str, partes: int) -> list[str] | None:
    """As partes de volta, ou ``None`` se o marcador não é nosso."""
    try:
        lidas = base64.urlsafe_b64decode(marcador.encode() + b"=" * (-len(marcador) % 4)).decode().split("|")
    except (binascii.Error, ValueError):
        return None
    return lidas if marcador and len(lidas) == partes and all(map(str.isprintable, lidas)) else None


def ler_deslocamento(marcador: str) -> int:
    """Quantos itens pular, de um marcador de deslocamento; zero se não é nosso."""
    lidas = ler_marcador(marcador, 1)
    return int(lidas[0]) if lidas and lidas[0].isascii() and lidas[0].isdecimal() and len(lidas[0]) <= 9 else 0
