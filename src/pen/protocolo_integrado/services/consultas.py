"""Quantas vezes os processos de cada órgão são consultados, sem gravar a cada visita e sem saber de quem.

Conta-se na memória do processo do servidor; um fio à parte grava de tempos em tempos, num comando só. Morto com -9, o
servidor perde o que contou nos últimos ``INTERVALO`` segundos, e nada além disso.
"""

import threading
import time
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from datetime import date
from multiprocessing.util import Finalize

import structlog
from django.db import connection
from django.utils import timezone

from pen.protocolo_integrado.services.totais import dia_de

INTERVALO = 5.0  # segundos
CONSULTAS_POR_VEZ = 500

_GRAVAR = """
INSERT INTO protocolo_integrado_consultasdodia AS t (dia, orgao_id, quantas)
SELECT * FROM unnest(%s::date[], %s::bigint[], %s::int[]) ORDER BY 1, 2
ON CONFLICT (dia, orgao_id) DO UPDATE SET quantas = t.quantas + excluded.quantas
"""
log = structlog.stdlib.get_logger("pen.consultas")


class Contador:
    """As consultas ainda não gravadas deste processo."""

    def __init__(self) -> None:
        self._trava = threading.Lock()
        self._contadas: Counter[tuple[date, int]] = Counter()
        self._quantas = 0  # a soma delas
        self._muitas = threading.Event()
        self._fio: threading.Thread | None = None
        self.ligado = False

    def contar(self, orgaos: Iterable[int]) -> None:
        """Soma uma consulta a cada órgão. Só mexe na memória."""
        dia = dia_de(timezone.now())
        with self._trava:
            for orgao in orgaos:
                self._contadas[dia, orgao] += 1
                self._quantas += 1
            if self._quantas >= CONSULTAS_POR_VEZ:
                self._muitas.set()
            if self.ligado and (self._fio is None or not self._fio.is_alive()):  # o fio não sobrevive a um fork
                self._fio = threading.Thread(target=self._gravar_sempre, name="consultas", daemon=True)
                self._fio.start()

    def gravar(self) -> int:
        """Leva ao banco o que foi contado; se não der, fica para a próxima. Devolve quantas."""
        with self._trava:
            contadas, self._contadas, self._quantas = self._contadas, Counter(), 0
            self._muitas.clear()
        if not contadas:
            return 0
        try:
            with connection.cursor() as cursor:
                dias, orgaos = [dia for dia, _ in contadas], [orgao for _, orgao in contadas]
                cursor.execute(_GRAVAR, [dias, orgaos, list(contadas.values())])
        except Exception:
            with self._trava:
                self._contadas.update(contadas)
                self._quantas += contadas.total()
            raise
        return contadas.total()

    def parar(self) -> None:
        """Espera o fio terminar o que está gravando; o que se contar depois fica na memória."""
        self.ligado = False
        if self._fio is not None:
            self._fio.join()

    def _gravar_sempre(self) -> None:
        while self.ligado:
            self._muitas.wait(INTERVALO)
            try:
                self.gravar()
            except Exception as erro:  # o banco fora do ar não pode parar a contagem
                log.warning("consultas não gravadas", erro=type(erro).__name__)
                time.sleep(INTERVALO)
            finally:
                connection.close()


contador = Contador()


def contar_consulta(orgaos: Iterable[int]) -> None:
    """Conta uma consulta a um processo desses órgãos."""
    contador.contar(orgaos)


def ligar_contador_de_consultas() -> None:
    """Chamado por quem serve páginas: a partir daqui o que se conta é gravado sozinho, e também ao sair em ordem."""
    if not contador.ligado:
        contador.ligado = True
        # «atexit» não roda nos processos que o granian cria; isto roda neles e também fora deles.
        Finalize(None, _gravar_ao_sair, exitpriority=1)


def _gravar_ao_sair() -> None:
    with suppress(Exception):
        contador.gravar()
