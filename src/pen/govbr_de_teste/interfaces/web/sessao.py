"""A sessão que o gov.br guarda no navegador: quem entrou nele não escolhe a conta de novo até sair.

É um cookie assinado, só das páginas deste emissor, que a sessão do PEN Aberto não conhece.
"""

from urllib.parse import urlsplit

from django.core import signing
from django.http import HttpRequest, HttpResponse

from pen.govbr_de_teste.selectors.cliente import emissor
from pen.govbr_de_teste.values import Sessao

COOKIE = "sessao_govbr_de_teste"
SAL = "pen.govbr_de_teste.sessao"
VALIDADE = 8 * 3600


def ler_sessao(request: HttpRequest) -> Sessao | None:
    """A sessão aberta neste navegador; adulterada, vencida ou de outra versão, é como se não houvesse."""
    try:
        return Sessao.de_json(signing.loads(request.COOKIES.get(COOKIE, ""), salt=SAL, max_age=VALIDADE))
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        return None


def abrir_sessao(resposta: HttpResponse, sessao: Sessao) -> HttpResponse:
    """Guarda a sessão no navegador, até que ele se feche ou passem oito horas."""
    endereco = urlsplit(emissor())
    resposta.set_cookie(
        COOKIE, signing.dumps(sessao.para_json(), salt=SAL, compress=True), path=endereco.path, httponly=True,
        secure=endereco.scheme == "https", samesite="Lax",
    )  # fmt: skip
    return resposta


def encerrar_sessao(resposta: HttpResponse) -> HttpResponse:
    """Apaga a sessão do navegador; sem nenhuma, não muda nada."""
    resposta.delete_cookie(COOKIE, path=urlsplit(emissor()).path, samesite="Lax")
    return resposta
