from django.contrib.postgres.fields import ArrayField
from django.db import models

from pen.comum.identificadores import uuid7
from pen.identidade.enums import Escopo


class ChaveDeAcesso(models.Model):
    """A chave com que um programa age na API em nome de uma pessoa, só no que os escopos deixam.

    Dados pessoais: de quem é e quando foi usada. O segredo só existe aqui como SHA-256, que basta porque é sorteado.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    pessoa = models.ForeignKey("identidade.Pessoa", on_delete=models.PROTECT, related_name="+")
    nome = models.CharField(max_length=60)
    resumo = models.CharField(max_length=64, unique=True)
    escopos = ArrayField(models.CharField(max_length=10, choices=Escopo))
    criada_em = models.DateTimeField()
    expira_em = models.DateTimeField()
    usada_em = models.DateTimeField(null=True, blank=True)
    revogada_em = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = "chave de acesso", "chaves de acesso"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(escopos__contained_by=Escopo.values, escopos__len__gt=0),
                name="chave_tem_escopos_que_existem",
            ),
        ]
        indexes = [models.Index(fields=["pessoa"], condition=models.Q(revogada_em=None), name="chave_por_pessoa")]

    def __str__(self) -> str:
        return f"chave {self.pk}"
