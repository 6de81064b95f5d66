"""Tabelas da identidade."""

from pen.identidade.models.atribuicao import Atribuicao
from pen.identidade.models.chave import ChaveDeAcesso
from pen.identidade.models.credencial import CredencialDeSistema
from pen.identidade.models.entrada import CodigoDeEntrada, Entrada
from pen.identidade.models.orgao import Orgao
from pen.identidade.models.pessoa import Pessoa
from pen.identidade.models.uso import JanelaDeUso

__all__ = [
    "Atribuicao",
    "ChaveDeAcesso",
    "CodigoDeEntrada",
    "CredencialDeSistema",
    "Entrada",
    "JanelaDeUso",
    "Orgao",
    "Pessoa",
]
