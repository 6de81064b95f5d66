"""Registro estruturado (log): uma linha JSON por acontecimento, com o número do pedido, sem dados pessoais."""

import logging
import logging.config
import os
import re
import sys
import time
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

import msgspec
import structlog
from django.http import HttpRequest, HttpResponse

_LOGGER = "pen.pedido"
_NIVEL = logging.getLogger(_LOGGER)  # quem sabe se a linha se escreve
log = structlog.stdlib.get_logger(_LOGGER)
_pedido: ContextVar[str] = ContextVar("pedido", default="")  # o número do pedido que este fio atende
_por_pedido: Callable[..., None] = log.info  # quem escreve a linha de cada pedido


def configurar(opcoes: dict[str, str]) -> None:
    """Configura ``logging`` e ``structlog``. ``formato`` é ``json`` ou ``texto``; ``nivel`` é um nível do Python."""
    comuns: list[structlog.types.Processor] = [
        _com_o_pedido,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="em"),
        structlog.processors.format_exc_info,
        _sem_valores_do_banco,
    ]
    desenho: structlog.types.Processor = (
        structlog.processors.JSONRenderer(_em_json)
        if opcoes["formato"] == "json"
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    structlog.configure(
        processors=[*comuns, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    global _por_pedido
    _por_pedido = _escrever_pedido if opcoes["formato"] == "json" else log.info
    formatador = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": comuns,
        "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, desenho],
    }
    # O que nenhuma linha nossa diz não se procura: quem chamou, em que fio e em que processo.
    logging._srcfile = None
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"pen": formatador},
            "handlers": {"saida": {"class": "logging.StreamHandler", "formatter": "pen"}},
            "root": {"handlers": ["saida"], "level": opcoes["nivel"]},
            # O caminho do pedido pode ter o que alguém digitou: quem registra pedidos é só o nosso middleware.
            "loggers": {
                "django.request": {"level": "CRITICAL"},
                "django.security": {"level": "CRITICAL"},
                "httpx": {"level": "WARNING"},
                "procrastinate": {"level": "WARNING"},
            },
        }
    )


def _escrever_pedido(evento: str, **campos: Any) -> None:
    """A única linha que há em todo pedido, direto à saída: pelo structlog e pelo ``logging`` custava um décimo do pedido."""
    if not _NIVEL.isEnabledFor(logging.INFO):
        return
    em = datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    linha = {"logger": _LOGGER, **campos, "event": evento, "pedido": _pedido.get(), "level": "info", "em": em}
    sys.stderr.buffer.write(msgspec.json.encode(linha) + b"\n")
    sys.stderr.flush()


def _com_o_pedido(_: object, __: str, evento: structlog.types.EventDict) -> structlog.types.EventDict:
    if pedido := _pedido.get():
        evento["pedido"] = pedido
    return evento


def _em_json(evento: structlog.types.EventDict, default: Callable[[Any], Any]) -> str:
    return msgspec.json.encode(evento, enc_hook=default).decode()


def _sem_valores_do_banco(_: object, __: str, evento: structlog.types.EventDict) -> structlog.types.EventDict:
    """Tira dos rastros o ``DETAIL`` do PostgreSQL, que repete os valores da linha (nomes, documentos)."""
    if "exception" in evento:
        evento["exception"] = re.sub(r"\n(DETAIL|CONTEXT):.*", "", evento["exception"])
    return evento


class MiddlewareDePedido:
    """Dá um número a cada pedido, devolve-o em ``X-Pedido`` e registra rota, situação e duração.

    Registra o *nome da rota*, nunca o caminho nem a consulta: o que o cidadão digitou não vai para o log.
    """

    def __init__(self, seguinte: Callable[[HttpRequest], HttpResponse]) -> None:
        self.seguinte = seguinte

    def __call__(self, request: HttpRequest) -> HttpResponse:
        inicio = comecar_pedido()
        resposta = self.seguinte(request)
        rota = request.resolver_match.view_name if request.resolver_match else None
        resposta["X-Pedido"] = acabar_pedido(resposta.status_code, rota, request.method, inicio)
        return resposta

    def process_exception(self, request: HttpRequest, erro: Exception) -> None:
        """Registra o erro inesperado com o rastro, ligado ao número do pedido."""
        log.error("erro inesperado", rota=getattr(request.resolver_match, "view_name", None), exc_info=erro)


def comecar_pedido() -> float:
    """Dá um número ao pedido deste fio, que vai em cada linha que ele registrar. Devolve o instante, em segundos."""
    _pedido.set(os.urandom(16).hex())
    return time.perf_counter()


def acabar_pedido(situacao: int, rota: str | None, metodo: str | None, inicio: float) -> str:
    """Registra a rota, a situação e a duração do pedido; a de «saúde» e a que não existe, não. Devolve o número dele."""
    if rota is not None and not rota.startswith("portal:saude"):
        duracao = round((time.perf_counter() - inicio) * 1000, 1)
        _por_pedido("pedido", rota=rota, metodo=metodo, situacao=situacao, ms=duracao)
    return _pedido.get()
