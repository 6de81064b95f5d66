"""Ligar e desligar o servidor de um par, com o log num arquivo."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

ESPERA = 90.0


@contextmanager
def rodando(comando: list[str], ambiente: dict[str, str], onde: Path, log: Path) -> Iterator[int]:
    """O programa, num processo à parte, até o fim do bloco; devolve o número dele."""
    with log.open("w") as saida:
        processo = subprocess.Popen(
            comando, env=ambiente, cwd=onde, stdin=subprocess.DEVNULL, stdout=saida, stderr=saida, start_new_session=True
        )
        try:
            yield processo.pid
        finally:
            processo.terminate()
            try:
                processo.wait(15)
            except subprocess.TimeoutExpired:
                processo.kill()
                processo.wait()


def esperar(porta: int, caminho: str, log: Path) -> None:
    """Até o servidor responder alguma coisa."""
    limite = time.monotonic() + ESPERA
    while time.monotonic() < limite:
        try:
            with urlopen(f"http://127.0.0.1:{porta}{caminho}", timeout=30):
                return
        except HTTPError:
            return
        except (URLError, OSError):
            time.sleep(0.3)
    raise SystemExit(f"O servidor da porta {porta} não respondeu:\n{log.read_text()[-2000:]}")
