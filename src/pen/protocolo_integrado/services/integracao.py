"""A situação da integração de cada órgão, e os alertas de quem parou de enviar."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from pen.identidade.public import Ambiente, CredencialDeSistema, Finalidade, SituacaoDoOrgao, gestoes_em_vigor
from pen.notificacoes.public import AvisoNovo, avisar
from pen.protocolo_integrado.enums import SituacaoDaIntegracao
from pen.protocolo_integrado.models import AlertaDeIntegracao, Integracao
from pen.protocolo_integrado.models.integracao import PRAZO_ATE_PARAR, PRAZO_DE_CARGA
from pen.protocolo_integrado.services.avisos_de_integracao import TIPO_DE_AVISO, Fato
from pen.protocolo_integrado.services.totais import somar_contagens


def atualizar_integracoes(agora: datetime | None = None) -> None:
    """Põe a situação de todos em dia com o relógio, e inclui quem já tem credencial de produção. Pode rodar duas vezes."""
    agora = agora or timezone.now()
    _incluir_quem_pode_enviar(agora)
    prazo, parada = agora - PRAZO_DE_CARGA, agora - PRAZO_ATE_PARAR
    cargas = Integracao.objects.filter(ultima_carga_em__isnull=False)
    em_dia = cargas.filter(ultima_carga_em__gte=prazo).exclude(situacao=SituacaoDaIntegracao.EM_DIA)
    em_dia.update(situacao=SituacaoDaIntegracao.EM_DIA, desde=F("ultima_carga_em"))
    atrasadas = cargas.filter(ultima_carga_em__lt=prazo, ultima_carga_em__gte=parada)
    atrasadas.exclude(situacao=SituacaoDaIntegracao.ATRASADA).update(
        situacao=SituacaoDaIntegracao.ATRASADA, desde=F("ultima_carga_em") + PRAZO_DE_CARGA
    )
    paradas = cargas.filter(ultima_carga_em__lt=parada).exclude(situacao=SituacaoDaIntegracao.PARADA)
    paradas.update(situacao=SituacaoDaIntegracao.PARADA, desde=F("ultima_carga_em") + PRAZO_ATE_PARAR)


def conferir_integracoes(agora: datetime | None = None) -> tuple[int, int]:
    """Abre alerta de quem passou de 48 horas sem carga e encerra o de quem voltou; devolve quantos de cada.

    O aviso entra na transação do alerta. Pode rodar duas vezes, e ao mesmo tempo: quem abre é quem insere a linha.
    """
    somar_contagens()
    agora = agora or timezone.now()
    atualizar_integracoes(agora)
    with transaction.atomic():
        return _abrir_alertas(agora), _encerrar_alertas(agora)


def _incluir_quem_pode_enviar(agora: datetime) -> None:
    ativas = CredencialDeSistema.objects.filter(finalidade=Finalidade.ENVIO, ambiente=Ambiente.PRODUCAO, revogada_em=None)
    podem = set(ativas.values_list("orgao_id", flat=True).distinct())
    conhecidos = set(Integracao.objects.values_list("orgao_id", flat=True))
    nunca = SituacaoDaIntegracao.NUNCA_ENVIOU
    Integracao.objects.bulk_create(
        [Integracao(orgao_id=orgao, situacao=nunca, desde=agora) for orgao in sorted(podem - conhecidos)],
        ignore_conflicts=True,
    )
    Integracao.objects.filter(situacao=nunca).exclude(orgao_id__in=podem).delete()


def _abrir_alertas(agora: datetime) -> int:
    abertos = AlertaDeIntegracao.objects.filter(encerrado_em=None).values("orgao_id")
    atrasados = Integracao.objects.filter(
        ultima_carga_em__lt=agora - PRAZO_DE_CARGA, orgao__situacao=SituacaoDoOrgao.ATIVO
    ).exclude(orgao_id__in=abertos)
    alertas = [
        AlertaDeIntegracao(orgao_id=i.orgao_id, ultima_carga_em=i.ultima_carga_em, aberto_em=agora)
        for i in atrasados.order_by("orgao_id")
        if i.ultima_carga_em is not None
    ]
    AlertaDeIntegracao.objects.bulk_create(alertas, ignore_conflicts=True)  # outro pode ter aberto ao mesmo tempo
    novos = set(AlertaDeIntegracao.objects.filter(pk__in=[a.pk for a in alertas]).values_list("pk", "orgao_id"))
    _avisar_gestores(novos, Fato.ABERTO)
    return len(novos)


def _encerrar_alertas(agora: datetime) -> int:
    abertos = list(AlertaDeIntegracao.objects.select_for_update().filter(encerrado_em=None).order_by("pk"))
    integracoes = Integracao.objects.select_related("orgao").in_bulk([a.orgao_id for a in abertos])
    voltaram, sairam = set(), set()
    for alerta in abertos:
        integracao = integracoes[alerta.orgao_id]
        if integracao.situacao == SituacaoDaIntegracao.EM_DIA:
            voltaram.add((alerta.pk, alerta.orgao_id))
        elif integracao.orgao.situacao != SituacaoDoOrgao.ATIVO:
            sairam.add((alerta.pk, alerta.orgao_id))
    encerrados = [pk for pk, _ in voltaram | sairam]
    AlertaDeIntegracao.objects.filter(pk__in=encerrados).update(encerrado_em=agora)
    _avisar_gestores(voltaram, Fato.ENCERRADO)
    return len(encerrados)


def _avisar_gestores(alertas: Iterable[tuple[UUID, int]], fato: Fato) -> None:
    por_orgao = {orgao: alerta for alerta, orgao in alertas}
    if not por_orgao:
        return
    avisar(
        [
            AvisoNovo(
                pessoa_id=pessoa, tipo=TIPO_DE_AVISO, chave=f"{por_orgao[orgao]}:{fato.value}", urgente=True,
                dados={"orgao": orgao, "alerta": str(por_orgao[orgao]), "fato": fato.value},
            )
            for pessoa, orgao in sorted(gestoes_em_vigor(set(por_orgao)))
        ]
    )  # fmt: skip
