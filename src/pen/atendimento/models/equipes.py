from django.db import models
from django.db.models.functions import Now

from pen.atendimento.enums import Distribuicao, Nivel
from pen.conhecimento.public import CODIGO


class Equipe(models.Model):
    """Quem atende: um nível, e os produtos que recebe; sem nenhum, recebe todos.

    Dados pessoais: nenhum.
    """

    codigo = models.CharField(max_length=60, unique=True)
    nome = models.CharField(max_length=120)
    nivel = models.CharField("nível", max_length=15, choices=Nivel)
    produtos = models.ManyToManyField("conhecimento.Produto", blank=True, related_name="+")
    distribuicao = models.CharField(
        "distribuição", max_length=10, choices=Distribuicao, default=Distribuicao.MANUAL
    )  # fmt: skip
    encerrada_em = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = "equipe", "equipes"
        ordering = ["nivel", "nome"]
        constraints = [models.CheckConstraint(condition=models.Q(codigo__regex=CODIGO), name="equipe_codigo_bem_formado")]

    def __str__(self) -> str:
        return self.nome


class Integrante(models.Model):
    """Uma pessoa numa equipe, e os produtos que ela domina; sem nenhum, todos os da equipe.

    Dados pessoais: quem atende, em função pública.
    """

    equipe = models.ForeignKey("atendimento.Equipe", on_delete=models.PROTECT, related_name="+")
    pessoa = models.ForeignKey("identidade.Pessoa", on_delete=models.PROTECT, related_name="+")
    coordena = models.BooleanField(default=False)
    produtos = models.ManyToManyField("conhecimento.Produto", blank=True, related_name="+")
    recebe = models.BooleanField(default=True, help_text="Se entra na distribuição; sai quem está ausente.")
    vez = models.PositiveBigIntegerField(
        default=0, help_text="Quando a distribuição lhe passou o último; quem tem a menor recebe."
    )
    desde = models.DateTimeField(db_default=Now())
    ate = models.DateTimeField("até", null=True, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = "integrante", "integrantes"
        constraints = [
            models.UniqueConstraint(
                fields=["equipe", "pessoa"], condition=models.Q(ate=None), name="integrante_vigente_unico"
            ),
        ]
        indexes = [models.Index(fields=["pessoa"], condition=models.Q(ate=None), name="integrante_por_pessoa")]

    def __str__(self) -> str:
        return f"pessoa {self.pessoa_id} na equipe {self.equipe_id}"
