"""Cada um na sua vez: quantos trabalham ao mesmo tempo neste processo, e em que ordem os outros esperam."""

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from queue import SimpleQueue

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase


class SemVez(Exception):
    """Já há gente demais esperando, ou esperou-se demais."""


class Fila:
    """Deixa trabalhar ``simultaneos`` de cada vez; os outros esperam, e a vez passa de um dono ao seguinte.

    Quem tem muito a fazer não passa na frente: cada vez que libera é do dono atendido há mais tempo, e cada dono espera com no
    máximo ``por_dono`` pedidos. O pedido a mais se segura ``demora`` segundos antes da recusa, que quem repete na hora gastaria as
    tentativas; mas só ``por_dono`` deles ao todo, para que sobrem fios. Vale só neste processo.
    """

    def __init__(self, *, simultaneos: int, por_dono: int, espera: float, demora: float = 0.0) -> None:
        self.simultaneos, self.por_dono, self.espera, self.demora = simultaneos, por_dono, espera, demora
        self._a_mais = threading.Semaphore(por_dono)
        self._trava = threading.Lock()
        self._livres = simultaneos
        self._filas: OrderedDict[Hashable, deque[threading.Event]] = OrderedDict()

    @contextmanager
    def vez(self, dono: Hashable, *, antes_de_esperar: Callable[[], None] = lambda: None) -> Iterator[None]:
        """Espera a vez (até ``espera`` segundos) e a guarda até sair do bloco.

        Levanta:
            SemVez: o dono já espera com ``por_dono`` pedidos, ou a vez não chegou a tempo.
        """
        try:
            bilhete = self._entrar(dono)
        except SemVez:
            antes_de_esperar()
            self._segurar()
            bilhete = self._entrar(dono)
        if bilhete is not None:
            antes_de_esperar()
            if not bilhete.wait(self.espera) and not self._desistir(dono, bilhete):
                raise SemVez
        try:
            yield
        finally:
            self._passar()

    def _entrar(self, dono: Hashable) -> threading.Event | None:
        with self._trava:
            if self._livres and not self._filas:
                self._livres -= 1
                return None
            if len(self._filas.get(dono, ())) >= self.por_dono:
                raise SemVez
            bilhete = threading.Event()
            self._filas.setdefault(dono, deque()).append(bilhete)
            return bilhete

    def _segurar(self) -> None:
        if self._a_mais.acquire(blocking=False):
            try:
                time.sleep(self.demora)
            finally:
                self._a_mais.release()

    def _desistir(self, dono: Hashable, bilhete: threading.Event) -> bool:
        """Tira o bilhete da fila; verdadeiro se a vez chegou no último instante e é dele."""
        with self._trava:
            if bilhete.is_set():
                return True
            fila = self._filas[dono]
            fila.remove(bilhete)
            if not fila:
                del self._filas[dono]
            return False

    def _passar(self) -> None:
        with self._trava:
            if not self._filas:
                self._livres += 1
                return
            dono, fila = self._filas.popitem(last=False)
            fila.popleft().set()
            if fila:
                self._filas[dono] = fila  # e vai para o fim


def com_fila_propria(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Marca uma view que cuida de quantos a usam ao mesmo tempo."""
    view.com_fila_propria = True  # type: ignore[attr-defined]
    return view


PEDIDOS_SIMULTANEOS = 3


class Lugares:
    """Um semáforo; o da biblioteca padrão é escrito em Python, e custava cinco vezes mais a quem não espera."""

    def __init__(self, quantos: int) -> None:
        self._fichas: SimpleQueue[None] = SimpleQueue()
        for _ in range(quantos):
            self.release()

    def acquire(self) -> None:
        """Espera um lugar, e o ocupa."""
        self._fichas.get()

    def release(self) -> None:
        """Devolve o lugar."""
        self._fichas.put(None)

    @property
    def livres(self) -> int:
        """Quantos ninguém ocupa agora."""
        return self._fichas.qsize()

    def __enter__(self) -> None:
        self._fichas.get()

    def __exit__(self, *_: object) -> None:
        self._fichas.put(None)


lugares = Lugares(PEDIDOS_SIMULTANEOS)  # os deste processo


class MiddlewareDeVez:
    """No máximo ``PEDIDOS_SIMULTANEOS`` pedidos trabalham ao mesmo tempo em cada processo; os outros esperam parados.

    O Python só usa um núcleo por processo: mais fios trabalhando não respondem mais, e atrasam os piores. Os fios a mais existem
    para que a recepção possa fazer fila, justa entre os órgãos.
    """

    def __init__(self, seguinte: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.seguinte = seguinte

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        try:
            return self.seguinte(request)
        finally:
            if getattr(request, "tem_lugar", False):
                lugares.release()

    def process_view(self, request: HttpRequest, view: Callable[..., HttpResponse], *_: object) -> None:
        """Espera um lugar, se a view não tem fila própria."""
        if not getattr(view, "com_fila_propria", False):
            lugares.acquire()
            request.tem_lugar = True  # type: ignore[attr-defined]
