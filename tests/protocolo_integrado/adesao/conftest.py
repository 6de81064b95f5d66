import pytest

from pen.identidade.public import Ambiente
from tests.fabricas.identidade import fabricar_sistema


@pytest.fixture
def sistema():
    """Quem envia em homologação."""
    return fabricar_sistema(ambiente=Ambiente.HOMOLOGACAO)
