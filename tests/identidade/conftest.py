"""O provedor de teste do gov.br servido de verdade numa porta livre, para o cliente o chamar por HTTP."""

import threading
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.core.wsgi import get_wsgi_application

from pen.govbr_de_teste.services.defeitos import limpar_defeitos
from pen.identidade import govbr as cliente


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
    settings.PASTA_DE_DADOS = tmp_path
    settings.ENDERECO = "http://testserver"
    settings.GOVBR_EMISSOR = f"http://127.0.0.1:{_porta_do_provedor}/govbr-de-teste/"
    settings.GOVBR_RETORNOS, settings.GOVBR_SAIDAS = ["http://testserver/entrar/govbr/retorno/"], ["http://testserver/"]
    cliente._cliente.cache_clear()
    yield settings
    limpar_defeitos()
    cliente._cliente.cache_clear()
