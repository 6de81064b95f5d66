"""O modelo de linguagem, se a instalação tem um: qualquer serviço que fale o protocolo de conversa da OpenAI."""

import time
from typing import Any

import httpx
import structlog
from django.conf import settings

from pen.assistente.errors import RedatorSemResposta

log = structlog.stdlib.get_logger("pen.assistente")
ESPERA = 8.0  # segundos, do pedido à última letra
RESPOSTA_MAXIMA = 64 * 1024  # bytes
DESCANSO = 60.0  # segundos sem pedir nada, depois de uma falha
_descansa_ate = 0.0


def ha_redator() -> bool:
    """Se há um modelo configurado, e ele não acabou de falhar."""
    return bool(settings.ASSISTENTE_MODELO_URL) and time.monotonic() >= _descansa_ate


def pedir_redacao(instrucoes: str, pedido: str) -> str:
    """O que o modelo escreve; no máximo oito segundos.

    Levanta:
        RedatorSemResposta: não respondeu a tempo, ou não o que o protocolo manda; por um minuto não se pede de novo.
    """
    corpo = {
        "model": settings.ASSISTENTE_MODELO, "temperature": 0, "max_tokens": 400,
        "messages": [{"role": "system", "content": instrucoes}, {"role": "user", "content": pedido}],
    }  # fmt: skip
    cabecalhos = {"Authorization": f"Bearer {settings.ASSISTENTE_MODELO_CHAVE}"} if settings.ASSISTENTE_MODELO_CHAVE else {}
    try:
        texto = _ler(_pedir(corpo, cabecalhos))
    except (httpx.HTTPError, ValueError, LookupError, TypeError) as erro:
        _descansar()
        log.warning("redator_sem_resposta", erro=type(erro).__name__)
        raise RedatorSemResposta("O modelo não respondeu.") from erro
    return texto


def _pedir(corpo: dict[str, Any], cabecalhos: dict[str, str]) -> Any:
    fim, lido = time.monotonic() + ESPERA, bytearray()
    endereco = f"{settings.ASSISTENTE_MODELO_URL.rstrip('/')}/chat/completions"
    with (
        httpx.Client(timeout=ESPERA, follow_redirects=False, trust_env=False) as cliente,
        cliente.stream("POST", endereco, json=corpo, headers=cabecalhos) as resposta,
    ):
        resposta.raise_for_status()
        for parte in resposta.iter_bytes():
            lido += parte
            if len(lido) > RESPOSTA_MAXIMA or time.monotonic() > fim:
                raise ValueError("longa ou lenta demais")
        return httpx.Response(200, content=bytes(lido)).json()


def _ler(recebido: Any) -> str:
    texto = recebido["choices"][0]["message"]["content"]
    if not isinstance(texto, str):
        raise TypeError("o conteúdo não é texto")
    return texto.strip()


def _descansar() -> None:
    global _descansa_ate
    _descansa_ate = time.monotonic() + DESCANSO
