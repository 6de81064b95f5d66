import pytest

from pen.conhecimento.services.produtos import carregar_produtos
from pen.participen.services.carga import carregar_forum


@pytest.fixture
def forum(db):
    """O fórum como fica depois de ``pen preparar``."""
    carregar_produtos()
    return carregar_forum()
