import pytest

from tests.protocolo_integrado.soap.apoio import Sistema


@pytest.fixture
def sistema(client, db):
    return Sistema(client)
