"""Cada servidor fica num núcleo só seu, quando há ao menos um servidor por núcleo."""

import multiprocessing
import os
import sys

import pytest

from pen.config.nucleos import combinar_nucleos, tomar_nucleo

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="só o Linux deixa escolher o núcleo")
NUCLEOS = os.sched_getaffinity(0) if sys.platform == "linux" else set()


@pytest.fixture(autouse=True)
def _sem_deixar_rastro(monkeypatch):
    monkeypatch.setenv("PEN_SERVIDORES_POR_NUCLEO", "nao")


class Servidor:
    """Um processo que toma o seu núcleo e espera."""

    def __init__(self):
        contexto = multiprocessing.get_context("fork")
        self.daqui, de_la = contexto.Pipe()
        self.processo = contexto.Process(target=self._viver, args=(de_la,), daemon=True)
        self.processo.start()
        self.nucleos = self.daqui.recv()

    def _viver(self, canal):
        posse = tomar_nucleo()
        canal.send(os.sched_getaffinity(0))
        canal.recv()
        del posse

    def matar(self):
        self.processo.kill()
        self.processo.join()


def test_cada_servidor_toma_um_nucleo_e_o_que_sobra_fica_solto():
    combinar_nucleos(len(NUCLEOS) + 1)
    servidores = [Servidor() for _ in range(len(NUCLEOS) + 1)]

    *presos, solto = (servidor.nucleos for servidor in servidores)
    assert sorted(map(min, presos)) == sorted(NUCLEOS) and all(len(n) == 1 for n in presos)
    assert solto == NUCLEOS
    for servidor in servidores:
        servidor.matar()


def test_quem_nasce_no_lugar_do_que_morreu_toma_o_nucleo_dele():
    combinar_nucleos(len(NUCLEOS))
    primeiro, *outros = [Servidor() for _ in NUCLEOS]
    primeiro.matar()
    substituto = Servidor()

    assert substituto.nucleos == primeiro.nucleos
    for servidor in (substituto, *outros):
        servidor.matar()


@pytest.mark.skipif(len(NUCLEOS) < 2, reason="precisa de dois núcleos")
def test_com_menos_servidores_que_nucleos_nenhum_se_prende():
    combinar_nucleos(len(NUCLEOS) - 1)
    servidor = Servidor()

    assert servidor.nucleos == NUCLEOS
    servidor.matar()
