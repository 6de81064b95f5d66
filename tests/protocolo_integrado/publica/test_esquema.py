"""O contrato OpenAPI posto à prova com pedidos gerados a partir dele mesmo."""

import pytest
import schemathesis
from hypothesis import HealthCheck
from hypothesis import settings as exemplos
from schemathesis.checks import not_a_server_error, response_schema_conformance

from pen.config.wsgi import application

pytestmark = pytest.mark.django_db(transaction=True)  # a aplicação de verdade fecha a conexão a cada pedido
esquema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)


@pytest.fixture(autouse=True)
def _sem_limite_de_pedidos(settings):
    settings.API_PEDIDOS_POR_MINUTO = 1_000_000


@esquema.parametrize()
@exemplos(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
def test_api_nunca_responde_fora_do_contrato(case):
    resposta = case.call(headers={"Host": "testserver"})

    case.validate_response(resposta, checks=[not_a_server_error, response_schema_conformance])
