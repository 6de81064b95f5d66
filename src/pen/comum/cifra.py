"""Endereços que se podem guardar sem dizer a ninguém o que foi buscado."""

import base64
import json
from functools import cache
from hashlib import sha256
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings


def cifrar(valor: dict[str, Any]) -> str:
    """Cifra um dicionário (JSON) num texto que cabe num endereço; só esta instalação o lê."""
    return _cifrador(settings.SECRET_KEY).encrypt(json.dumps(valor).encode()).decode().rstrip("=")


def decifrar(texto: str) -> dict[str, Any] | None:
    """O dicionário de volta, ou ``None`` se o texto não é nosso."""
    try:
        claro = _cifrador(settings.SECRET_KEY).decrypt(texto.encode() + b"=" * (-len(texto) % 4))
    except (InvalidToken, ValueError):
        return None
    valor = json.loads(claro)
    return valor if isinstance(valor, dict) else None


@cache
def _cifrador(chave: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(sha256(f"enderecos:{chave}".encode()).digest()))
