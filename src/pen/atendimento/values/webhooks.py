"""O que um webhook diz, como se assina (Standard Webhooks) e quando se tenta de novo."""

import base64
import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from standardwebhooks import Webhook

PREFIXO_DO_SEGREDO = "whsec_"
# Depois de cada tentativa que falha, quanto se espera, mais até um quarto disto; depois da última, desiste-se.
ESPERAS = (
    timedelta(seconds=5), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=5),
    timedelta(hours=10), timedelta(hours=10),
)  # fmt: skip
ACASO_MAXIMO = 0.25
DIAS_SO_COM_FALHAS = 5
DIAS_GUARDADA = 30
HORAS_COM_OS_DOIS = 24  # depois de uma troca, assina-se também com o segredo anterior


def sortear_segredo() -> str:
    """``whsec_`` e 32 bytes ao acaso em base64."""
    return PREFIXO_DO_SEGREDO + base64.b64encode(secrets.token_bytes(32)).decode()


def proxima_tentativa(tentativas: int, *, agora: datetime, acaso: float) -> datetime | None:
    """Quando tentar de novo depois de ``tentativas`` falhas (``acaso`` de 0 a 1); nulo, se é hora de desistir."""
    if tentativas > len(ESPERAS):
        return None
    return agora + ESPERAS[max(tentativas, 1) - 1] * (1 + ACASO_MAXIMO * acaso)


def escrever_corpo(evento: str, em: datetime, dados: Mapping[str, Any]) -> str:
    """O corpo, sempre com os mesmos bytes para o mesmo conteúdo."""
    corpo = {"type": evento, "timestamp": em.astimezone(UTC).isoformat(), "data": dict(dados)}
    return json.dumps(corpo, ensure_ascii=False, separators=(",", ":"))


def cabecalhos_assinados(identificador: str, corpo: str, *, segredos: Sequence[str], agora: datetime) -> dict[str, str]:
    """Os três cabeçalhos da especificação, com uma assinatura por segredo, separadas por espaço.

    ``agora`` é o da tentativa, e o identificador é o mesmo em todas.
    """
    instante = agora.astimezone(UTC)  # a biblioteca toma qualquer instante por UTC
    return {
        "webhook-id": identificador,
        "webhook-timestamp": str(int(instante.timestamp())),
        "webhook-signature": " ".join(Webhook(segredo).sign(identificador, instante, corpo) for segredo in segredos),
    }
