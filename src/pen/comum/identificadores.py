"""Identificadores que não precisam de sequência central."""

import os
import time
import uuid


def uuid7() -> uuid.UUID:
    """Um UUID versão 7 (RFC 9562): 48 bits de milissegundos desde 1970 e 74 bits ao acaso; ordena por criação."""
    valor = (time.time_ns() // 1_000_000 << 80) | int.from_bytes(os.urandom(10))
    valor = valor & ~(0xF << 76) | (0x7 << 76)
    return uuid.UUID(int=valor & ~(0x3 << 62) | (0x2 << 62))
