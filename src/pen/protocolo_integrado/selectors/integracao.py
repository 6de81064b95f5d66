"""A situação da integração de cada órgão, lida com o que ainda não foi somado."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max
from django.utils import timezone

from pen.identidade.public import Orgao, SituacaoDoOrgao
from pen.protocolo_integrado.enums import SituacaoDaIntegracao
from pen.protocolo_integrado.models import AlertaDeIntegracao, ContagemDaRemessa, Integracao
from pen.protocolo_integrado.models.integracao import PRAZO_ATE_PARAR, PRAZO_DE_CARGA, situacao_da_carga


@dataclass(frozen=True, slots=True)
class IntegracaoVista:
    """Como está o envio de um órgão agora; sem ``desde``, não se sabe desde quando."""

    orgao: Orgao
    situacao: SituacaoDaIntegracao
    ultima_carga_em: datetime | None
    desde: datetime | None


def integracoes_ativas(orgaos: Collection[int] | None = None) -> list[IntegracaoVista]:
    """A situação dos órgãos ativos que têm credencial de produção ou já enviaram, por sigla; ``None``: de todos."""
    linhas = Integracao.objects.filter(orgao__situacao=SituacaoDoOrgao.ATIVO).select_related("orgao")
    if orgaos is not None:
        linhas = linhas.filter(orgao_id__in=orgaos)
    agora, esperando = timezone.now(), _cargas_que_esperam()
    return [_ver(i.orgao, i, esperando.get(i.orgao_id), agora) for i in linhas.order_by("orgao__sigla", "orgao_id")]


def integracoes_de(orgaos: Sequence[Orgao]) -> list[IntegracaoVista]:
    """A situação de cada um destes órgãos, na mesma ordem; quem não está integrado aparece como quem nunca enviou."""
    conhecidas = Integracao.objects.in_bulk([o.pk for o in orgaos])
    agora, esperando = timezone.now(), _cargas_que_esperam()
    return [_ver(o, conhecidas.get(o.pk), esperando.get(o.pk), agora) for o in orgaos]


def alertas_do_orgao(orgao_id: int, limite: int = 50) -> list[AlertaDeIntegracao]:
    """Os alertas do órgão, do mais novo ao mais antigo."""
    return list(AlertaDeIntegracao.objects.filter(orgao_id=orgao_id).order_by("-aberto_em")[:limite])


def _cargas_que_esperam() -> dict[int, datetime]:
    linhas = ContagemDaRemessa.objects.filter(aceitos__gt=0).values("orgao_id").annotate(ultima=Max("recebida_em"))
    return {linha["orgao_id"]: linha["ultima"] for linha in linhas}


def _ver(orgao: Orgao, integracao: Integracao | None, esperando: datetime | None, agora: datetime) -> IntegracaoVista:
    somada = integracao.ultima_carga_em if integracao else None
    ultima = max(filter(None, [somada, esperando]), default=None)
    situacao = situacao_da_carga(ultima, agora)
    return IntegracaoVista(orgao, situacao, ultima, _desde(situacao, ultima, integracao))


def _desde(situacao: SituacaoDaIntegracao, ultima: datetime | None, integracao: Integracao | None) -> datetime | None:
    if integracao is not None and integracao.situacao == situacao:
        return integracao.desde
    prazos = {SituacaoDaIntegracao.ATRASADA: PRAZO_DE_CARGA, SituacaoDaIntegracao.PARADA: PRAZO_ATE_PARAR}
    return ultima + prazos[situacao] if ultima and situacao in prazos else ultima
