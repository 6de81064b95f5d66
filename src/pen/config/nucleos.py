"""Um núcleo para cada processo servidor, quando há servidores que cheguem para todos.

Os fios de um processo revezam-se no Python a cada consulta ao banco; em núcleos diferentes, cada troca perde o cache.
"""

import os
import socket
import sys

_COMBINADO = "PEN_SERVIDORES_POR_NUCLEO"  # do processo principal aos servidores; não é para quem instala


def combinar_nucleos(processos: int) -> None:
    """No processo principal: os servidores que nascerem dele tomam cada um o seu núcleo, se são ao menos um por núcleo.

    Com menos, o sistema os muda de lugar conforme o que mais a máquina faz: presos, poderiam disputar um núcleo com outros parados.
    """
    chegam = sys.platform == "linux" and processos >= len(os.sched_getaffinity(0))
    os.environ[_COMBINADO] = "sim" if chegam else "nao"


def tomar_nucleo() -> socket.socket | None:
    """Num servidor: prende este processo a um núcleo que nenhum irmão tomou, se assim se combinou.

    Devolve a posse dele, um soquete cujo nome os irmãos veem: acaba com o processo, e quem nascer depois o toma. Nada se prende, e
    nada se devolve, se não se combinou ou se já não há núcleo sem dono. Só o fio de quem chama e os que nascerem dele ficam nele.
    """
    if os.environ.get(_COMBINADO) != "sim":
        return None
    for nucleo in sorted(os.sched_getaffinity(0)):
        posse = socket.socket(socket.AF_UNIX)
        try:
            posse.bind(f"\0pen-servir-{os.getppid()}-{nucleo}")
        except OSError:  # tem dono
            posse.close()
            continue
        os.sched_setaffinity(0, {nucleo})
        return posse
    return None
