"""A fila: quantos trabalham, em que ordem os outros esperam, e quem não espera."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from pen.comum.vez import Fila, MiddlewareDeVez, SemVez, com_fila_propria, lugares


def esperar_ate(condicao, segundos=5.0):
    limite = time.monotonic() + segundos
    while not condicao():
        assert time.monotonic() < limite, "não aconteceu a tempo"
        time.sleep(0.005)


def esperando(fila: Fila) -> int:
    return sum(len(bilhetes) for bilhetes in fila._filas.values())


def test_so_trabalham_os_simultaneos_e_todos_acabam():
    fila, trava, agora, maximo = Fila(simultaneos=2, por_dono=50, espera=10), threading.Lock(), [0], [0]

    def trabalhar(n: int) -> None:
        with fila.vez(n % 5):
            with trava:
                agora[0] += 1
                maximo[0] = max(maximo[0], agora[0])
            time.sleep(0.002)
            with trava:
                agora[0] -= 1

    with ThreadPoolExecutor(40) as fios:
        list(fios.map(trabalhar, range(40)))

    assert maximo == [2] and agora == [0] and fila._livres == 2 and not fila._filas


def test_quem_tem_muito_a_fazer_nao_passa_na_frente():
    fila, ordem, soltar = Fila(simultaneos=1, por_dono=50, espera=10), [], threading.Event()

    def trabalhar(dono: str) -> None:
        with fila.vez(dono):
            if not ordem:
                soltar.wait(10)
            ordem.append(dono)

    fios = []
    for n, dono in enumerate(["grande"] * 6 + ["a", "b"]):
        fios.append(threading.Thread(target=trabalhar, args=(dono,)))
        fios[-1].start()
        esperar_ate(lambda n=n: esperando(fila) == n)
    soltar.set()
    for fio in fios:
        fio.join(10)

    assert ordem == ["grande", "grande", "a", "b", "grande", "grande", "grande", "grande"]


def test_dono_com_esperas_demais_e_recusado_na_hora_e_os_outros_nao():
    fila, soltar = Fila(simultaneos=1, por_dono=1, espera=10), threading.Event()

    def trabalhar(dono: str) -> None:
        with fila.vez(dono):
            soltar.wait(10)

    fios = [threading.Thread(target=trabalhar, args=("grande",)) for _ in range(2)]
    for n, fio in enumerate(fios):
        fio.start()
        esperar_ate(lambda n=n: esperando(fila) == n and fila._livres == 0)

    with pytest.raises(SemVez), fila.vez("grande"):
        pass
    fios.append(threading.Thread(target=trabalhar, args=("pequeno",)))
    fios[-1].start()
    esperar_ate(lambda: esperando(fila) == 2)
    soltar.set()
    for fio in fios:
        fio.join(10)
    assert fila._livres == 1


def test_o_pedido_a_mais_se_segura_e_entra_se_abriu_lugar():
    fila, soltar, entrou = Fila(simultaneos=1, por_dono=1, espera=10, demora=0.2), threading.Event(), []

    def trabalhar(n: int) -> None:
        with fila.vez("grande"):
            soltar.wait(10)
            entrou.append(n)

    fios = [threading.Thread(target=trabalhar, args=(n,)) for n in range(2)]
    for n, fio in enumerate(fios):
        fio.start()
        esperar_ate(lambda n=n: esperando(fila) == n and fila._livres == 0)
    fios.append(threading.Thread(target=trabalhar, args=(2,)))
    fios[-1].start()
    esperar_ate(lambda: fila._a_mais._value == 0)
    inicio = time.monotonic()
    with pytest.raises(SemVez), fila.vez("grande"):  # o lugar de quem se segura está tomado: este se recusa na hora
        pass
    assert time.monotonic() - inicio < 0.1
    soltar.set()
    for fio in fios:
        fio.join(10)

    assert sorted(entrou) == [0, 1, 2] and fila._livres == 1 and fila._a_mais._value == 1


def test_quem_espera_demais_desiste_e_nao_deixa_lugar_preso():
    fila, avisos = Fila(simultaneos=1, por_dono=5, espera=0.05), []
    with fila.vez("a"):
        with pytest.raises(SemVez), fila.vez("b", antes_de_esperar=lambda: avisos.append("esperou")):
            pass
        assert not fila._filas

    with fila.vez("b"):
        assert fila._livres == 0
    assert fila._livres == 1 and avisos == ["esperou"]


def test_erro_no_trabalho_devolve_o_lugar():
    fila = Fila(simultaneos=1, por_dono=5, espera=1)
    with pytest.raises(ValueError, match="x"), fila.vez("a"):
        raise ValueError("x")

    assert fila._livres == 1


def test_pedido_comum_ocupa_um_lugar_enquanto_trabalha_e_o_da_fila_propria_nenhum():
    vistos = []

    def seguinte(pedido):
        middleware.process_view(pedido, pedido.view)
        vistos.append(lugares.livres)
        return HttpResponse()

    middleware = MiddlewareDeVez(seguinte)
    livres = lugares.livres
    for view in (lambda: None, com_fila_propria(lambda: None)):
        pedido = RequestFactory().get("/")
        pedido.view = view
        middleware(pedido)

    assert vistos == [livres - 1, livres] and lugares.livres == livres
