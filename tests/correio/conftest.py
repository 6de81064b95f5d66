import pytest

from pen.atendimento.selectors.expediente import esquecer_expediente
from pen.atendimento.services.carga import carregar_atendimento
from pen.correio.public import carregar_caixas
from tests.apoio_de_correio import DEVOLUCOES, RESPOSTAS, servidor_de_recepcao
from tests.notificacoes.apoio import Caixa, servidor_smtp


def preparar_caixas(settings, pasta) -> None:
    settings.DEFAULT_FROM_EMAIL, settings.CHAMADOS_RESPOSTAS = "PEN Aberto <nao-responda@exemplo.gov.br>", RESPOSTAS
    settings.AVISOS_DEVOLUCOES, settings.PASTA_DE_ANEXOS = DEVOLUCOES, pasta
    esquecer_expediente()
    carregar_atendimento()
    carregar_caixas()


@pytest.fixture
def caixas(db, settings, tmp_path):
    """As duas caixas do guia, como ficam depois de ``pen preparar``, e a pasta dos originais."""
    preparar_caixas(settings, tmp_path / "anexos")
    return tmp_path / "anexos" / "caixas"


@pytest.fixture
def correio(transactional_db, settings, tmp_path):
    """O correio de verdade, nos dois sentidos: a caixa de quem escreve, a nossa recepção e a porta dela."""
    preparar_caixas(settings, tmp_path / "anexos")
    settings.EMAIL_BACKEND, caixa = "django.core.mail.backends.smtp.EmailBackend", Caixa()
    with servidor_smtp(caixa) as saida, servidor_de_recepcao() as (recepcao, entrada):
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", saida, 5
        yield caixa, recepcao, entrada
