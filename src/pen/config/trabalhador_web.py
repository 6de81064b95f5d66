"""A aplicação nos processos de ``pen servir``: se o processo principal morrer sem avisar, eles também saem."""

import ctypes
import multiprocessing
import os
import signal
import sys

from pen.config.wsgi import application
from pen.protocolo_integrado.public import ligar_contador_de_consultas

__all__ = ["application"]

PR_SET_PDEATHSIG = 1

if sys.platform == "linux":
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    principal = multiprocessing.parent_process()
    if principal is not None and os.getppid() != principal.pid:  # morreu antes de o aviso valer
        os._exit(1)

ligar_contador_de_consultas()
