from datetime import datetime, timedelta

from django.db import models

from pen.comum.identificadores import uuid7
from pen.protocolo_integrado.enums import SituacaoDaIntegracao

PRAZO_DE_CARGA = timedelta(hours=48)
PRAZO_ATE_PARAR = timedelta(days=7)


def situacao_da_carga(ultima_carga_em: datetime | None, agora: datetime) -> SituacaoDaIntegracao:
    """A situação de um órgão, pela última carga dele."""
    if ultima_carga_em is None:
        return SituacaoDaIntegracao.NUNCA_ENVIOU
    if ultima_carga_em >= agora - PRAZO_DE_CARGA:
        return SituacaoDaIntegracao.EM_DIA
    return SituacaoDaIntegracao.ATRASADA if ultima_carga_em >= agora - PRAZO_ATE_PARAR else SituacaoDaIntegracao.PARADA


class Integracao(models.Model):
    """Como está o envio de um órgão que tem, ou já usou, credencial de produção.

    Dados pessoais: nenhum.
    """

    orgao = models.OneToOneField("identidade.Orgao", primary_key=True, on_delete=models.PROTECT, related_name="+")
    ultima_carga_em = models.DateTimeField(null=True, blank=True)
    situacao = models.CharField(max_length=12, choices=SituacaoDaIntegracao)
    desde = models.DateTimeField(help_text="Quando a situação passou a ser esta.")

    class Meta:
        verbose_name, verbose_name_plural = "integração", "integrações"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(situacao=SituacaoDaIntegracao.NUNCA_ENVIOU, ultima_carga_em=None)
                | ~models.Q(situacao=SituacaoDaIntegracao.NUNCA_ENVIOU) & models.Q(ultima_carga_em__isnull=False),
                name="integracao_que_enviou_tem_data",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.orgao_id}: {self.situacao}"


class AlertaDeIntegracao(models.Model):
    """Um tempo em que o órgão ficou mais de 48 horas sem carga.

    Dados pessoais: nenhum.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    orgao = models.ForeignKey("identidade.Orgao", on_delete=models.PROTECT, related_name="+", db_index=False)
    ultima_carga_em = models.DateTimeField(help_text="A última carga antes do alerta.")
    aberto_em = models.DateTimeField()
    encerrado_em = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = "alerta de integração", "alertas de integração"
        constraints = [
            models.UniqueConstraint(
                fields=["orgao"], condition=models.Q(encerrado_em=None), name="alerta_de_integracao_aberto_unico"
            ),
            models.CheckConstraint(
                condition=models.Q(encerrado_em=None) | models.Q(encerrado_em__gte=models.F("aberto_em")),
                name="alerta_de_integracao_encerra_depois_de_abrir",
            ),
        ]
        indexes = [models.Index("orgao", models.F("aberto_em").desc(), name="alerta_por_orgao")]

    def __str__(self) -> str:
        return str(self.pk)
