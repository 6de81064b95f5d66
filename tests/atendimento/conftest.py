"""A Central como fica depois de ``pen preparar``."""

import pytest

from pen.atendimento.selectors.expediente import esquecer_expediente
from pen.atendimento.services.carga import Carga, carregar_atendimento


@pytest.fixture
def central(db) -> Carga:
    """O catálogo, o expediente, as equipes e a política da instalação."""
    esquecer_expediente()
    carga = carregar_atendimento()
    esquecer_expediente()
    return carga
