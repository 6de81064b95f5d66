from django.db import models

from pen.comum.identificadores import uuid7
from pen.identidade.public import Ambiente
from pen.protocolo_integrado.enums import Canal, CodigoDeRecusa


class Remessa(models.Model):
    """O recibo do que um órgão enviou de uma vez.

    Dados pessoais: nenhum.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    orgao = models.ForeignKey("identidade.Orgao", on_delete=models.PROTECT, related_name="+", db_index=False)
    credencial = models.ForeignKey(
        "identidade.CredencialDeSistema", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    ambiente = models.CharField(max_length=12, choices=Ambiente)
    canal = models.CharField(max_length=4, choices=Canal)
    recebida_em = models.DateTimeField()
    duracao_ms = models.PositiveIntegerField()
    documentos = models.PositiveIntegerField()
    aceitos = models.PositiveIntegerField()
    recusados = models.PositiveIntegerField()
    novos = models.PositiveIntegerField(default=0)
    alterados = models.PositiveIntegerField(default=0)
    repetidos = models.PositiveIntegerField(default=0)
    andamentos_novos = models.PositiveIntegerField(default=0)
    erro = models.TextField(blank=True, help_text="Por que a remessa inteira foi recusada, se foi.")

    class Meta:
        verbose_name, verbose_name_plural = "remessa", "remessas"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(documentos=models.F("aceitos") + models.F("recusados")), name="remessa_soma_documentos"
            ),
        ]
        indexes = [models.Index("orgao", models.F("recebida_em").desc(), name="remessa_por_orgao")]

    def __str__(self) -> str:
        return str(self.id)


class Recusa(models.Model):
    """Um documento recusado, com o código, o motivo e o texto original, para o órgão corrigir.

    Dados pessoais: o texto original pode trazer nomes e documentos; é do órgão, ninguém mais o lê, e some em 90 dias.
    """

    pk = models.CompositePrimaryKey("remessa_id", "posicao")
    remessa = models.ForeignKey("protocolo_integrado.Remessa", on_delete=models.CASCADE, related_name="+", db_index=False)
    posicao = models.PositiveIntegerField(help_text="Posição do documento na remessa, a partir de 1.")
    protocolo = models.CharField(max_length=80, blank=True)
    codigo = models.CharField(max_length=5, choices=CodigoDeRecusa)
    motivo = models.TextField()
    documento_bruto = models.TextField()

    class Meta:
        verbose_name, verbose_name_plural = "recusa", "recusas"

    def __str__(self) -> str:
        return f"{self.codigo} na posição {self.posicao}"
