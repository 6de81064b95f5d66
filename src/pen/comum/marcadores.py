"""Marcadores de página: onde a página seguinte começa, num texto que cabe num endereço."""

import base64
import binascii
import contextlib
import uuid
from typing import TypeVar

from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)


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


def pagina_por_chegada(linhas: QuerySet[M], *, depois_de: str, por_pagina: int) -> tuple[list[M], str]:
    """Uma página, da mais nova à mais antiga, e o marcador da seguinte (ou vazio). A chave é UUIDv7: ordena por chegada."""
    if marcador := ler_marcador(depois_de, 1):
        with contextlib.suppress(ValueError):
            linhas = linhas.filter(pk__lt=uuid.UUID(marcador[0]))
    lidas = list(linhas.order_by("-pk")[: por_pagina + 1])
    return lidas[:por_pagina], marcar(str(lidas[por_pagina - 1].pk)) if len(lidas) > por_pagina else ""
