"""Quem tem cada papel, para quem está acima avisar e conferir; não decide quem pode ver."""

from collections.abc import Collection

from django.db.models import Exists, OuterRef, Q, QuerySet

from pen.identidade.enums import Esfera, Papel, SituacaoDoOrgao
from pen.identidade.models import Atribuicao, Orgao, Pessoa


def pessoas_com_papel(papel: Papel, orgao_id: int | None = None) -> QuerySet[Pessoa]:
    """As pessoas ativas com o papel em vigor no órgão (``None``: nos papéis centrais)."""
    vigente = Atribuicao.objects.filter(Q(orgao_id=orgao_id), pessoa=OuterRef("pk"), papel=papel, encerrado_em=None)
    return Pessoa.objects.filter(Exists(vigente), is_active=True).order_by("pk")


def pessoas_que_gerem(esferas: Collection[Esfera]) -> QuerySet[Pessoa]:
    """As pessoas ativas, com e-mail confirmado, que gerem algum órgão ativo dessas esferas."""
    orgaos = Orgao.objects.filter(esfera__in=esferas, situacao=SituacaoDoOrgao.ATIVO)
    gerem = Atribuicao.objects.filter(pessoa=OuterRef("pk"), papel=Papel.GESTOR, orgao__in=orgaos, encerrado_em=None)
    com_email = Pessoa.objects.filter(is_active=True, email_confirmado_em__isnull=False).exclude(email="")
    return com_email.filter(Exists(gerem)).order_by("pk")


def papel_em_vigor(pessoa_id: int, papel: Papel, orgao_id: int | None = None) -> Atribuicao | None:
    """A atribuição em vigor deste papel, se a pessoa a tem."""
    vigentes = Atribuicao.objects.filter(Q(orgao_id=orgao_id), pessoa_id=pessoa_id, papel=papel, encerrado_em=None)
    return vigentes.first()


def gestoes_em_vigor(orgaos: set[int]) -> set[tuple[int, int]]:
    """Os pares (pessoa, órgão) com a gestão em vigor nesses órgãos."""
    vigentes = Atribuicao.objects.filter(papel=Papel.GESTOR, orgao_id__in=orgaos, encerrado_em=None)
    return {(pessoa, orgao) for pessoa, orgao in vigentes.values_list("pessoa_id", "orgao_id") if orgao is not None}
