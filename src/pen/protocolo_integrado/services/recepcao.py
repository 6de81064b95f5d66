"""Quem entra, e quando: a fila da recepção em cada processo do servidor.

Na corrida da madrugada centenas de órgãos enviam ao mesmo tempo. Dois lotes por vez já ocupam o processador; os outros esperam a
vez do seu órgão, e o órgão que envia por muitas conexões não passa na frente dos que enviam por uma. A recusa só vem depois da
espera, e não antes: o cliente do SEI repete na hora o lote recusado, até 15 vezes na vida do pacote, e recusas imediatas as
gastariam em segundos.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from pen.comum.vez import Fila, SemVez
from pen.protocolo_integrado.errors import RecepcaoOcupada

SIMULTANEOS = 2
POR_ORGAO = 16  # esperando, além do que já está sendo recebido
ESPERA = 12.0  # segundos; o p99 de um lote que entrou deve caber em 20
DEMORA_DA_RECUSA = 1.5  # segundos: quinze reenvios na hora duram mais que a espera

_fila = Fila(simultaneos=SIMULTANEOS, por_dono=POR_ORGAO, espera=ESPERA, demora=DEMORA_DA_RECUSA)


@contextmanager
def vez_de_enviar(orgao_id: int) -> Iterator[None]:
    """Espera a vez do órgão e a guarda até o lote estar recebido. Quem espera devolve a conexão com o banco.

    Levanta:
        RecepcaoOcupada: o órgão já tem lotes demais esperando, ou a vez não chegou em ``ESPERA`` segundos.
    """
    try:
        with _fila.vez(orgao_id, antes_de_esperar=_soltar_conexao):
            yield
    except SemVez:
        raise RecepcaoOcupada("Há muitas remessas ao mesmo tempo. Reenvie daqui a pouco.") from None


def _soltar_conexao() -> None:
    if not connection.in_atomic_block:
        connection.close()
