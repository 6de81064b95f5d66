"""A porta da identidade para os outros contextos."""

from pen.identidade.enums import Ambiente, Esfera, OrigemDoCodigo, Poder, SituacaoDoOrgao
from pen.identidade.errors import CredencialInvalida, OrgaoNaoEncontrado, OrgaoSuspenso
from pen.identidade.models import Orgao, Pessoa
from pen.identidade.selectors.orgaos import achar_orgao, consultar_orgao, listar_orgaos, orgaos_por_id
from pen.identidade.services.credenciais import (
    autenticar_credencial,
    autenticar_sistema,
    criar_credencial,
    revogar_credencial,
)
from pen.identidade.services.orgaos import carregar_orgaos, criar_orgao
from pen.identidade.services.ritmo import contar_uso
from pen.identidade.values import SistemaAutenticado

__all__ = [
    "Ambiente",
    "CredencialInvalida",
    "Esfera",
    "Orgao",
    "OrgaoNaoEncontrado",
    "OrgaoSuspenso",
    "OrigemDoCodigo",
    "Pessoa",
    "Poder",
    "SistemaAutenticado",
    "SituacaoDoOrgao",
    "achar_orgao",
    "autenticar_credencial",
    "autenticar_sistema",
    "carregar_orgaos",
    "consultar_orgao",
    "contar_uso",
    "criar_credencial",
    "criar_orgao",
    "listar_orgaos",
    "orgaos_por_id",
    "revogar_credencial",
]
