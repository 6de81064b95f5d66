"""Identificadores que não precisam de sequência central."""

import os
import time
import uuid
from datetime import datetime
from random import Random


def uuid7() -> uuid.UUID:
    """Um UUID versão 7 (RFC 9562): 48 bits de milissegundos desde 1970 e 74 bits ao acaso; ordena por criação."""
    return _formar(time.time_ns() // 1_000_000, int.from_bytes(os.urandom(10)))


def uuid7_de(instante: datetime, sorte: Random) -> uuid.UUID:
    """O que ``uuid7`` daria no instante, com o acaso de ``sorte``: para dados inventados, que se repetem iguais."""
    return _formar(int(instante.timestamp() * 1000), sorte.getrandbits(80))


def _formar(milissegundos: int, acaso: int) -> uuid.UUID:
    valor = (milissegundos << 80 | acaso) & ~(0xF << 76) | (0x7 << 76)
    return uuid.UUID(int=valor & ~(0x3 << 62) | (0x2 << 62))
