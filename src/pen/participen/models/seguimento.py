from django.db import models
from django.db.models import Q

from pen.participen.enums import RitmoDeSeguir


class Seguimento(models.Model):
    """Uma pessoa segue uma categoria, um tópico ou uma etiqueta, e diz de quanto em quanto tempo quer saber.

    Dados pessoais: o que a pessoa segue; só ela vê, e some com a conta.
    """

    pessoa = models.ForeignKey("identidade.Pessoa", on_delete=models.PROTECT, related_name="+")
    categoria = models.ForeignKey(
        "participen.Categoria", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # fmt: skip
    topico = models.ForeignKey("participen.Topico", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    etiqueta = models.ForeignKey("participen.Etiqueta", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    ritmo = models.CharField(max_length=10, choices=RitmoDeSeguir)
    desde = models.DateTimeField()

    class Meta:
        verbose_name, verbose_name_plural = "seguimento", "seguimentos"
        constraints = [
            models.CheckConstraint(
                condition=Q(categoria__isnull=False, topico=None, etiqueta=None)
                | Q(categoria=None, topico__isnull=False, etiqueta=None)
                | Q(categoria=None, topico=None, etiqueta__isnull=False),
                name="seguimento_de_uma_coisa_so",
            ),
            models.UniqueConstraint(
                fields=["pessoa", "categoria"], condition=Q(categoria__isnull=False), name="segue_a_categoria_uma_vez"
            ),
            models.UniqueConstraint(
                fields=["pessoa", "topico"], condition=Q(topico__isnull=False), name="segue_o_topico_uma_vez"
            ),
            models.UniqueConstraint(
                fields=["pessoa", "etiqueta"], condition=Q(etiqueta__isnull=False), name="segue_a_etiqueta_uma_vez"
            ),
        ]

    def __str__(self) -> str:
        return f"seguimento {self.pk}"
