"""As credenciais de um órgão, sem o segredo; quem decide quem as vê é quem chama."""

import uuid
from datetime import datetime
from typing import NamedTuple

from django.db.models import QuerySet

from pen.comum.preparadas import consultar_preparada
from pen.identidade.enums import Ambiente, Finalidade, SituacaoDoOrgao
from pen.identidade.models import CredencialDeSistema
from pen.identidade.values import SistemaAutenticado

# Escrito à mão porque roda a cada pedido de cada sistema: montá-lo pelo ORM custava mais que executá-lo.
_ATIVA = """
SELECT c.id, o.id, o.codigo, o.sigla, c.ambiente, c.finalidade, o.situacao, coalesce(c.ultimo_uso_em < %s::timestamptz, true)
FROM identidade_credencialdesistema c JOIN identidade_orgao o ON o.id = c.orgao_id
WHERE c.id = %s::uuid AND c.situacao = 'ativa'
"""


class CredencialLida(NamedTuple):
    """O sistema que a credencial apresenta, a situação do órgão, e se o último uso anotado já é velho."""

    sistema: SistemaAutenticado
    situacao: SituacaoDoOrgao
    uso_vencido: bool


def credencial_ativa(credencial_id: uuid.UUID, *, uso_antes_de: datetime) -> CredencialLida | None:
    """A credencial, se está ativa; o uso anotado antes de ``uso_antes_de``, ou nunca, é velho."""
    linhas = consultar_preparada(_ATIVA, [uso_antes_de, credencial_id])
    if not linhas:
        return None
    pk, orgao_id, codigo, sigla, ambiente, finalidade, situacao, uso_vencido = linhas[0]
    sistema = SistemaAutenticado(pk, orgao_id, codigo, sigla, Ambiente(ambiente), Finalidade(finalidade))
    return CredencialLida(sistema, SituacaoDoOrgao(situacao), uso_vencido)


def credenciais_do_orgao(orgao_id: int, finalidade: Finalidade) -> QuerySet[CredencialDeSistema]:
    """Da mais nova à mais antiga; os hashes do segredo não são lidos."""
    return (
        CredencialDeSistema.objects.filter(orgao_id=orgao_id, finalidade=finalidade)
        .defer("segredo", "digesto")
        .order_by("-id")
    )
