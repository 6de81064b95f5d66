"""As credenciais de um órgão, sem o segredo; quem decide quem as vê é quem chama."""

from django.db.models import QuerySet

from pen.identidade.enums import Finalidade
from pen.identidade.models import CredencialDeSistema


def credenciais_do_orgao(orgao_id: int, finalidade: Finalidade) -> QuerySet[CredencialDeSistema]:
    """Da mais nova à mais antiga; o hash do segredo não é lido."""
    return CredencialDeSistema.objects.filter(orgao_id=orgao_id, finalidade=finalidade).defer("segredo").order_by("-id")
