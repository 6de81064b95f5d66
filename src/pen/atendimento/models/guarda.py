from django.db import models

from pen.atendimento.enums import EspecieDeGuarda


class RodadaDeGuarda(models.Model):
    """O que uma rodada da guarda apagou ou anonimizou: a prova de que se cumpriu o prazo.

    Dados pessoais: nenhum.
    """

    em = models.DateTimeField()
    especie = models.CharField(max_length=15, choices=EspecieDeGuarda)
    limite = models.DateTimeField(help_text="O que é de antes disto perdeu o prazo.")
    quantos = models.PositiveIntegerField()

    class Meta:
        verbose_name, verbose_name_plural = "rodada de guarda", "rodadas de guarda"
        ordering = ["-em", "especie"]
        indexes = [models.Index(fields=["-em"], name="rodada_de_guarda_por_data")]

    def __str__(self) -> str:
        return f"{self.especie} de antes de {self.limite}"
