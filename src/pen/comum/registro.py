"""Registro estruturado (log): uma linha JSON por acontecimento, com o número do pedido, sem dados pessoais."""

import logging
import logging.config
import re
import sys
import time
import uuid
from collections.abc import Callable
from typing import Any

import msgspec
import structlog
from django.http import HttpRequest, HttpResponse

log = structlog.stdlib.get_logger("pen.pedido")
_por_pedido: Any = log  # quem escreve a linha de cada pedido; ``configurar`` o liga direto à saída


def configurar(opcoes: dict[str, str]) -> None:
    """Configura ``logging`` e ``structlog``. ``formato`` é ``json`` ou ``texto``; ``nivel`` é um nível do Python."""
    comuns: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
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
    # A única linha que há em todo pedido não passa pelo «logging», que custava mais que escrevê-la.
    global _por_pedido
    _por_pedido = structlog.wrap_logger(
        structlog.WriteLogger(sys.stderr), [p for p in comuns if p is not structlog.stdlib.add_logger_name] + [desenho],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[opcoes["nivel"]]),
    ).bind(logger="pen.pedido")  # fmt: skip
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
        acabar_pedido(resposta, rota, request.method, inicio)
        return resposta

    def process_exception(self, request: HttpRequest, erro: Exception) -> None:
        """Registra o erro inesperado com o rastro, ligado ao número do pedido."""
        log.error("erro inesperado", rota=getattr(request.resolver_match, "view_name", None), exc_info=erro)


def comecar_pedido() -> float:
    """Dá um número ao pedido deste fio, que vai em cada linha que ele registrar. Devolve o instante, em segundos."""
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(pedido=uuid.uuid4().hex)
    return time.perf_counter()


def acabar_pedido(resposta: HttpResponse, rota: str | None, metodo: str | None, inicio: float) -> None:
    """Diz o número do pedido na resposta e registra a rota, a situação e a duração; a de «saúde» e a que não existe, não."""
    resposta["X-Pedido"] = structlog.contextvars.get_contextvars()["pedido"]
    if rota is not None and not rota.startswith("portal:saude"):
        duracao = round((time.perf_counter() - inicio) * 1000, 1)
        _por_pedido.info("pedido", rota=rota, metodo=metodo, situacao=resposta.status_code, ms=duracao)
