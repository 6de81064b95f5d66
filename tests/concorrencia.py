"""Muitos ao mesmo tempo, cada um na sua conexão."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.db import connection


def ao_mesmo_tempo(
    trabalho: Callable[[int], object], vezes: int, *, perder: type[Exception] | tuple[type[Exception], ...] = ()
) -> list[object]:
    """Roda o trabalho em muitas conexões, todas largando juntas; um erro dos de ``perder`` é o resultado de quem perdeu."""
    largada = threading.Barrier(vezes)

    def correr(quem: int) -> object:
        try:
            largada.wait()
            return trabalho(quem)
        except perder as erro:
            return erro
        finally:
            connection.close()

    with ThreadPoolExecutor(vezes) as linhas:
        return list(linhas.map(correr, range(vezes)))
