from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from pen.comum.identificadores import uuid7


class Acompanhamento(models.Model):
    """Uma pessoa acompanha um número, que pode ainda não ter chegado.

    Dados pessoais: que processos a pessoa acompanha, só para ela e para os avisos; some quando ela para ou sai.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    pessoa = models.ForeignKey("identidade.Pessoa", on_delete=models.PROTECT, related_name="+")
    numero = models.CharField(max_length=50, db_collation="C")
    criado_em = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name, verbose_name_plural = "acompanhamento", "acompanhamentos"
        constraints = [
            models.UniqueConstraint(fields=["numero", "pessoa"], name="acompanhamento_unico"),
            models.CheckConstraint(
                condition=models.Q(numero__regex=r"^[0-9A-Z]{1,50}$"), name="acompanhamento_numero_canonico"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Novidade(models.Model):
    """O que chegou de um número acompanhado e ainda não virou aviso; nasce na transação da remessa e some ao repartir.

    Dados pessoais: nenhum.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    numero = models.CharField(max_length=50, db_collation="C")
    orgao = models.ForeignKey(
        "identidade.Orgao", on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    chaves = ArrayField(models.UUIDField(), default=list, help_text="Movimentos novos e recentes.")
    chegou = models.BooleanField(help_text="O número não existia: avisa mesmo sem movimento recente.")
    repartida_ate = models.BigIntegerField(default=0, help_text="Última pessoa que já recebeu o seu aviso.")

    class Meta:
        verbose_name, verbose_name_plural = "novidade", "novidades"

    def __str__(self) -> str:
        return str(self.pk)
