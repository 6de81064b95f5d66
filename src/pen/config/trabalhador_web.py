"""A aplicação nos processos de ``pen servir``: se o processo principal morrer sem avisar, eles também saem."""

import ctypes
import gc
import multiprocessing
import os
import signal
import sys

from django.urls import get_resolver

from pen.config.nucleos import tomar_nucleo
from pen.config.wsgi import application
from pen.protocolo_integrado.public import ligar_contador_de_consultas

__all__ = ["application"]

PR_SET_PDEATHSIG = 1
OBJETOS_ANTES_DE_COLETAR = 20_000

if sys.platform == "linux":
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    principal = multiprocessing.parent_process()
    if principal is not None and os.getppid() != principal.pid:  # morreu antes de o aviso valer
        os._exit(1)

posse_do_nucleo = tomar_nucleo()
ligar_contador_de_consultas()

# O que se carrega ao ligar vive até o fim: a coleta de lixo não precisa olhá-lo de novo a cada poucos pedidos.
get_resolver().url_patterns  # noqa: B018 — carrega as páginas
gc.freeze()
gc.set_threshold(OBJETOS_ANTES_DE_COLETAR, 20, 20)
