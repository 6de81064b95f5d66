import pytest
from django.db import connection

from pen.identidade.models import JanelaDeUso
from pen.notificacoes.services import redacao
from tests.notificacoes.apoio import Caixa, Redator, servidor_smtp


@pytest.fixture(autouse=True)
def redator():
    """Um redator do tipo «teste», e os registros de volta ao que eram no fim."""
    redatores, canceladores = dict(redacao._redatores), dict(redacao._canceladores)
    redacao._redatores["teste"] = redator = Redator()
    yield redator
    for registro, antes in ((redacao._redatores, redatores), (redacao._canceladores, canceladores)):
        registro.clear()
        registro.update(antes)


@pytest.fixture
def caixa(settings):
    """Um servidor SMTP ligado durante o teste, e o correio apontado para ele."""
    caixa = Caixa()
    with servidor_smtp(caixa) as porta:
        apontar_correio(settings, porta)
        yield caixa


@pytest.fixture
def apontar(settings):
    return lambda porta: apontar_correio(settings, porta)


def apontar_correio(settings, porta: int) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", porta, 5


@pytest.fixture
def banco_limpo(transactional_db):
    """O que os testes transacionais não desfazem sozinhos: a fila de trabalhos e a contagem do minuto."""
    _limpar()
    yield
    _limpar()


def _limpar() -> None:
    JanelaDeUso.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
