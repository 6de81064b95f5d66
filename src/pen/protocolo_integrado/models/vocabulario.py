from django.contrib.postgres.indexes import GinIndex
from django.db import models


class Palavra(models.Model):
    """Uma palavra dos assuntos e dos nomes que já se puderam buscar: serve a corrigir a grafia de quem busca.

    Dados pessoais: palavras soltas de nomes, sem ligação com processo ou pessoa. Só se sugere o que hoje acha algo público.
    """

    palavra = models.CharField(
        max_length=40, primary_key=True, db_collation="C", help_text="Em minúsculas, como foi escrita."
    )
    sem_acentos = models.CharField(max_length=40)
    vezes = models.BigIntegerField(help_text="Em quantos registros foi vista; um registro que muda conta de novo.")

    class Meta:
        verbose_name, verbose_name_plural = "palavra", "palavras"
        indexes = [GinIndex(name="palavra_parecida", fields=["sem_acentos"], opclasses=["gin_trgm_ops"])]

    def __str__(self) -> str:
        return self.palavra


class Aprendizado(models.Model):
    """Até quando o vocabulário já leu o registro: uma linha só.

    Dados pessoais: nenhum.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    ate = models.DateTimeField()

    class Meta:
        verbose_name, verbose_name_plural = "aprendizado", "aprendizados"
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="aprendizado_unico")]

    def __str__(self) -> str:
        return f"até {self.ate:%Y-%m-%d %H:%M}"
