"""Quem escreve e quem cancela cada tipo de aviso: os contextos de cima se inscrevem aqui ao iniciar."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any
from uuid import UUID

import structlog
from django.db import transaction

from pen.notificacoes.models import Aviso
from pen.notificacoes.values import AvisoARedigir, Redacao, Trecho

Redator = Callable[[Sequence[AvisoARedigir]], dict[UUID, Trecho | None]]
Cancelador = Callable[[int, list[dict[str, Any]]], object]

log = structlog.stdlib.get_logger("pen.avisos")
_redatores: dict[str, Redator] = {}
_canceladores: dict[str, Cancelador] = {}


def registrar_redator(tipo: str, redator: Redator) -> None:
    """Inscreve quem escreve os avisos do ``tipo``, em conjunto, na hora de enviar.

    O redator devolve um trecho por aviso; ``None``, ou a falta dele, quer dizer que nada mais pode ser dito.
    """
    _redatores[tipo] = redator


def registrar_cancelador(tipo: str, funcao: Cancelador) -> None:
    """Inscreve o que «deixar de receber» faz com os avisos do ``tipo``: recebe a pessoa e os ``dados`` de cada um."""
    _canceladores[tipo] = funcao


def cancelador_de(tipo: str) -> Cancelador | None:
    """O cancelador do tipo, se há."""
    return _canceladores.get(tipo)


def redigir(avisos: Iterable[Aviso]) -> Redacao:
    """Pede a cada redator, de uma vez, os textos dos seus avisos; um redator com defeito não atrapalha os outros."""
    por_tipo: dict[str, list[Aviso]] = defaultdict(list)
    for aviso in avisos:
        por_tipo[aviso.tipo].append(aviso)
    redacao = Redacao()
    for tipo, do_tipo in por_tipo.items():
        pedidos = [AvisoARedigir(a.pk, a.pessoa_id, a.chave, a.dados, a.criado_em) for a in do_tipo]
        try:
            with transaction.atomic():
                trechos = _redatores[tipo](pedidos)
        except Exception:
            log.exception("redator com defeito", tipo=tipo, avisos=len(pedidos))
            redacao.falhos.update(p.id for p in pedidos)
            continue
        for pedido in pedidos:
            if trecho := trechos.get(pedido.id):
                redacao.trechos[pedido.id] = trecho
            else:
                redacao.cancelados.add(pedido.id)
    return redacao
