"""O atalho responde o mesmo que o Django, cabeçalho por cabeçalho, e deixa com ele tudo o que não é a leitura simples."""

import io
import json

import pytest
from django.core.wsgi import get_wsgi_application
from django.db import OperationalError

from pen.comum.vez import lugares
from pen.config.atalho import Atalho
from tests.fabricas.identidade import fabricar_orgao, fabricar_sistema
from tests.fabricas.protocolo import documento, enviar, fabricar_nup, interessados, movimento

pytestmark = pytest.mark.django_db(transaction=True)  # a aplicação de verdade fecha a conexão a cada pedido
PAGINA, JSON = "/protocolo/processos/{}/", "/api/v1/processos/{}"


def pedir(aplicacao, caminho, **ambiente):
    """(situação, cabeçalhos sem o número do pedido, corpo)."""
    vistos = []
    caminho, _, consulta = caminho.partition("?")
    base = {
        "REQUEST_METHOD": "GET", "SCRIPT_NAME": "", "PATH_INFO": caminho, "QUERY_STRING": consulta, "SERVER_NAME": "testserver",
        "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "HTTP_HOST": "testserver", "REMOTE_ADDR": "198.51.100.7",
        "wsgi.input": io.BytesIO(), "wsgi.url_scheme": "http", "wsgi.errors": io.StringIO(),
    }  # fmt: skip
    corpo = aplicacao(base | ambiente, lambda situacao, cabecalhos, _=None: vistos.append((situacao, dict(cabecalhos))))
    corpo, (situacao, cabecalhos) = b"".join(corpo), vistos[0]
    assert len(cabecalhos.pop("X-Pedido")) == 32
    return situacao, cabecalhos, corpo


def so_o_atalho(ambiente, comecar):
    raise AssertionError("foi ao Django")


@pytest.fixture
def nup():
    numero, orgao = fabricar_nup(), fabricar_sistema(fabricar_orgao(sigla="ANTT"))
    enviar(orgao, documento(numero, movimento(), assunto="Multa <b>", interessados=interessados("Ana & Cia")))
    return numero


@pytest.mark.parametrize("leitura", [PAGINA, JSON])
@pytest.mark.parametrize("escrita", ["inteiro", "so_algarismos", "que_nao_ha"])
def test_a_resposta_e_a_do_django(leitura, escrita, nup):
    numero = {"inteiro": nup, "so_algarismos": "".join(filter(str.isdigit, nup)), "que_nao_ha": fabricar_nup()}[escrita]
    caminho = leitura.format(numero)

    pelo_atalho = pedir(Atalho(so_o_atalho), caminho)

    assert pelo_atalho == pedir(get_wsgi_application(), caminho)
    assert pelo_atalho[0].startswith("404" if escrita == "que_nao_ha" else "200")


def test_o_que_nao_mudou_responde_304_tambem_pelo_atalho(nup):
    etag = pedir(Atalho(so_o_atalho), JSON.format(nup))[1]["ETag"]

    pelo_atalho = pedir(Atalho(so_o_atalho), JSON.format(nup), HTTP_IF_NONE_MATCH=etag)

    assert pelo_atalho == pedir(get_wsgi_application(), JSON.format(nup), HTTP_IF_NONE_MATCH=etag)
    assert pelo_atalho[0].startswith("304") and pelo_atalho[2] == b""


def test_o_limite_de_pedidos_vale_no_atalho(nup, settings):
    settings.API_PEDIDOS_POR_MINUTO = 3
    respostas = [pedir(Atalho(so_o_atalho), JSON.format(nup)) for _ in range(5)]

    assert [situacao[:3] for situacao, *_ in respostas] == ["200"] * 3 + ["429"] * 2
    recusada = pedir(get_wsgi_application(), JSON.format(nup))
    assert (
        respostas[-1][1].keys() == recusada[1].keys()
        and json.loads(respostas[-1][2]).keys() == json.loads(recusada[2]).keys()
    )
    assert respostas[-1][1]["Content-Type"] == "application/problem+json" and int(respostas[-1][1]["Retry-After"]) in range(
        1, 61
    )


@pytest.mark.parametrize(
    ("caminho", "ambiente"),
    [
        (PAGINA, {"HTTP_COOKIE": "contraste=alto"}),
        (PAGINA, {"REQUEST_METHOD": "HEAD"}),
        (PAGINA, {"REQUEST_METHOD": "POST"}),
        (PAGINA + "?pagina=x", {}),
        (PAGINA, {"HTTP_HOST": "outro.exemplo"}),
        (JSON + "/andamentos", {}),
        (JSON, {"HTTP_AUTHORIZATION": "Bearer x"}),
        ("/protocolo/processos/{}/andamentos.atom", {}),
        ("/api/v1/processos", {}),
        ("/", {}),
    ],
)
def test_o_resto_e_com_o_django(caminho, ambiente, nup):
    recebidos = []

    Atalho(lambda *pedido: recebidos.append(pedido) or [])({
        "REQUEST_METHOD": "GET", "PATH_INFO": caminho.format(nup).partition("?")[0], "HTTP_HOST": "testserver",
        "QUERY_STRING": caminho.partition("?")[2], "SERVER_NAME": "testserver", "SERVER_PORT": "80",
        "wsgi.input": io.BytesIO(), "wsgi.url_scheme": "http",
    } | ambiente, lambda *_: None)  # fmt: skip

    assert len(recebidos) == 1


def test_um_erro_volta_ao_django_e_solta_o_lugar(nup, monkeypatch):
    def falhar(*_, **__):
        raise OperationalError

    livres = lugares.livres
    monkeypatch.setattr("pen.protocolo_integrado.interfaces.web.views.processos.consultar_com_andamentos", falhar)

    situacao, _, corpo = pedir(Atalho(get_wsgi_application()), PAGINA.format(nup))

    assert situacao.startswith("503") and "banco de dados" in corpo.decode() and lugares.livres == livres
