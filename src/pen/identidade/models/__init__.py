"""Tabelas da identidade."""

from pen.identidade.models.credencial import CredencialDeSistema
from pen.identidade.models.orgao import Orgao
from pen.identidade.models.pessoa import Pessoa
from pen.identidade.models.uso import JanelaDeUso

__all__ = ["CredencialDeSistema", "JanelaDeUso", "Orgao", "Pessoa"]
