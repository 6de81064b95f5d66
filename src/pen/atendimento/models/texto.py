from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

VETOR_MAXIMO = 300_000  # bytes: o que passa disto não se acha por palavra, e não impede de falar


class TextoDoChamado(models.Model):
    """As palavras de um chamado, para achá-lo: o pedido, o que se disse à vista de quem abriu, e o que é só das equipes.

    Dados pessoais: os que estão no que se escreveu, como palavras soltas.
    """

    chamado = models.OneToOneField(
        "atendimento.Chamado", primary_key=True, on_delete=models.PROTECT, related_name="+"
    )  # fmt: skip
    vetor = SearchVectorField(help_text="Pesos: A, o pedido; B, o que se disse; C, o que só as equipes leem.")

    class Meta:
        verbose_name, verbose_name_plural = "texto do chamado", "textos dos chamados"
        indexes = [GinIndex(fields=["vetor"], name="texto_do_chamado_por_palavra")]

    def __str__(self) -> str:
        return f"texto de {self.chamado_id}"
