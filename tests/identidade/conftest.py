"""O provedor de teste do gov.br servido de verdade numa porta livre, para o cliente o chamar por HTTP."""

import threading
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.core.wsgi import get_wsgi_application

from tests.identidade.apoio import emissor_em


class _Servidor(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Calado(WSGIRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture(scope="session")
def _porta_do_provedor():
    with make_server("127.0.0.1", 0, get_wsgi_application(), _Servidor, _Calado) as servidor:
        threading.Thread(target=servidor.serve_forever, daemon=True).start()
        yield servidor.server_port
        servidor.shutdown()


@pytest.fixture
def govbr(_porta_do_provedor, settings, tmp_path):
    """O emissor ligado, sem defeitos, com uma pasta só deste teste."""
    with emissor_em(settings, f"http://127.0.0.1:{_porta_do_provedor}", tmp_path, "http://testserver"):
        yield settings
