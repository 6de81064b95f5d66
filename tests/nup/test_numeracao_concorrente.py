"""Muitos numeram ao mesmo tempo. Cada linha de execução tem a sua conexão; as transações são de verdade."""

import threading
import time
from datetime import UTC, datetime, timedelta
from itertools import count

import psycopg
import pytest
from django.db import Error, connection

from pen.comum.tempo import BRASILIA
from pen.nup.enums.situacoes import SituacaoDaUnidade
from pen.nup.errors import UnidadeNaoNumera
from pen.nup.models import Contador, Reserva
from pen.nup.services.decisoes import Decisao, deferir_pedido
from pen.nup.services.numeracao import reservar_numeros
from pen.nup.services.pedidos import pedir_inativacao
from tests.concorrencia import ao_mesmo_tempo
from tests.fabricas.nup import fabricar_gestor_de_up, fabricar_numerador, fabricar_unidade
from tests.fabricas.pessoas import fabricar_central

pytestmark = pytest.mark.django_db(transaction=True)
CONEXOES = 16


def conferir_que_nada_falta(unidade, ano: int) -> list[int]:
    """Os números reservados são distintos, seguidos a partir de 1 e acabam no contador; devolve-os."""
    reservas = Reserva.objects.filter(unidade=unidade, ano=ano).order_by("primeiro")
    numeros = [n for reserva in reservas for n in range(reserva.primeiro, reserva.ultimo + 1)]
    assert numeros == list(range(1, len(numeros) + 1))
    assert Contador.objects.get(unidade=unidade, ano=ano).ultimo == len(numeros)
    return numeros


def test_dezesseis_conexoes_algumas_derrubadas_nao_repetem_nem_perdem_numero():
    unidade = fabricar_unidade()
    sistema = fabricar_numerador(unidade.orgao)
    fim = time.monotonic() + 4
    queda = connection.get_connection_params()

    def numerar(quem: int) -> tuple[list[int], int]:
        recebidos, quedas, chaves = [], 0, count()
        while time.monotonic() < fim:
            try:
                reserva = reservar_numeros(
                    por=sistema, codigo=unidade.codigo, chave=f"{quem}-{next(chaves)}", quantos=1 + quem % 3
                )
                recebidos += [numero.sequencia for numero in reserva.numeros]
            except Error:
                quedas += 1
                connection.close()
        return recebidos, quedas

    def derrubar() -> None:
        with psycopg.connect(
            **{k: v for k, v in queda.items() if k in {"dbname", "user", "password", "host", "port"}}
        ) as banco:
            banco.autocommit = True
            while time.monotonic() < fim - 0.3:
                time.sleep(0.15)
                banco.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
                    "AND pid <> pg_backend_pid() AND query LIKE '%nup_reservar%' ORDER BY random() LIMIT 1"
                )

    derrubador = threading.Thread(target=derrubar)
    derrubador.start()
    resultados = ao_mesmo_tempo(numerar, CONEXOES)
    derrubador.join()

    recebidos = [numero for numeros, _ in resultados for numero in numeros]
    assert sum(quedas for _, quedas in resultados) >= 3
    assert len(recebidos) == len(set(recebidos)) > 100
    assert set(recebidos) <= set(conferir_que_nada_falta(unidade, datetime.now(BRASILIA).year))


def test_a_mesma_chave_ao_mesmo_tempo_da_o_mesmo_numero_a_todos():
    unidade = fabricar_unidade()
    sistema = fabricar_numerador(unidade.orgao)

    dados = ao_mesmo_tempo(lambda _: reservar_numeros(por=sistema, codigo=unidade.codigo, chave="igual"), CONEXOES)

    assert len({reserva.numeros[0].formatado for reserva in dados}) == 1
    assert sum(reserva.nova for reserva in dados) == 1
    assert Reserva.objects.count() == 1


def test_na_virada_do_ano_com_carga_cada_ano_fica_seguido_desde_o_um():
    unidade = fabricar_unidade()
    sistema = fabricar_numerador(unidade.orgao)
    inicio = datetime(2027, 1, 1, 2, 59, 58, tzinfo=UTC)  # dois segundos antes da meia-noite de Brasília
    partida = time.monotonic()

    def numerar(quem: int) -> list[tuple[bool, int]]:
        vistos = []
        for vez in range(40):
            agora = inicio + timedelta(seconds=(time.monotonic() - partida) * 2)
            reserva = reservar_numeros(por=sistema, codigo=unidade.codigo, chave=f"{quem}-{vez}", agora=agora)
            vistos.append((agora >= inicio + timedelta(seconds=2), reserva.numeros[0].ano))
            time.sleep(max(0, partida + vez * 0.05 - time.monotonic()))
        return vistos

    vistos = [par for da_linha in ao_mesmo_tempo(numerar, CONEXOES) for par in da_linha]

    assert {ano for _, ano in vistos} == {2026, 2027}
    assert all(ano == 2027 for depois, ano in vistos if depois)  # depois da meia-noite, nenhum do ano velho
    assert len(conferir_que_nada_falta(unidade, 2026)) + len(conferir_que_nada_falta(unidade, 2027)) == len(vistos)


def test_depois_da_inativacao_nenhum_numero_sai_mesmo_com_pedidos_em_curso():
    unidade = fabricar_unidade()
    sistema, gestor, central = fabricar_numerador(unidade.orgao), fabricar_gestor_de_up(unidade.orgao), fabricar_central()
    pedido = pedir_inativacao(por=gestor, codigo=unidade.codigo, motivo="Unidade extinta.")
    fim = time.monotonic() + 1.5
    ultimo_na_decisao: list[int] = []

    def numerar_ou_decidir(quem: int) -> int:
        if quem == 0:
            time.sleep(0.5)
            deferir_pedido(por=central, pedido_id=pedido.pk, decisao=Decisao("Conferido."))
            ultimo_na_decisao.append(Contador.objects.get(unidade=unidade).ultimo)
            return 0
        recusas, vez = 0, 0
        while time.monotonic() < fim:
            vez += 1
            try:
                reservar_numeros(por=sistema, codigo=unidade.codigo, chave=f"{quem}-{vez}")
            except UnidadeNaoNumera:
                recusas += 1
        return recusas

    recusas = ao_mesmo_tempo(numerar_ou_decidir, 8)

    unidade.refresh_from_db()
    assert unidade.situacao == SituacaoDaUnidade.INATIVA
    assert all(recusas[1:])
    assert Contador.objects.get(unidade=unidade).ultimo == ultimo_na_decisao[0] > 0
