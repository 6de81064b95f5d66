"""Um cliente registrado e uma pasta de dados só de cada teste."""

import json
from pathlib import Path

import pytest
from joserfc.jwk import RSAKey

from tests.govbr_de_teste.apoio import CONFIGURACOES, ClienteGovbr


@pytest.fixture(scope="session")
def chave_pronta() -> str:
    """Gerar uma chave custa mais que um teste inteiro; quase todos podem usar a mesma."""
    return json.dumps(RSAKey.generate_key(2048).as_dict(private=True))


@pytest.fixture(autouse=True)
def pasta(settings, tmp_path: Path, chave_pronta: str) -> Path:
    for nome, valor in (CONFIGURACOES | {"PASTA_DE_DADOS": tmp_path}).items():
        setattr(settings, nome, valor)
    pasta = tmp_path / "govbr-de-teste"
    pasta.mkdir(mode=0o700)
    (pasta / "chave.json").write_text(chave_pronta)
    return pasta


@pytest.fixture
def govbr() -> ClienteGovbr:
    return ClienteGovbr()
