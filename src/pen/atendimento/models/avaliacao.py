from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from pen.comum.identificadores import uuid7


class Avaliacao(models.Model):
    """O que quem abriu achou de um encerramento; nasce com ele, e espera a nota até vencer.

    Dados pessoais: o comentário pode trazer dados de quem escreveu; de quem é a nota se sabe pelo chamado.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    chamado = models.ForeignKey("atendimento.Chamado", on_delete=models.PROTECT, related_name="+")
    passo = models.OneToOneField("atendimento.PassoDoChamado", on_delete=models.PROTECT, related_name="+")
    chave = models.CharField(max_length=22, unique=True, help_text="A parte sorteada do endereço que vai no e-mail.")
    nota = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)])
    resolveu = models.BooleanField(null=True, blank=True)
    comentario = models.CharField("comentário", max_length=2_000, blank=True)
    pedida_em = models.DateTimeField()
    vence_em = models.DateTimeField()
    dada_em = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = "avaliação", "avaliações"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(nota=None, dada_em=None) | models.Q(nota__gte=1, nota__lte=5, dada_em__isnull=False),
                name="avaliacao_dada_tem_nota_de_1_a_5",
            ),
        ]
        indexes = [models.Index(fields=["chamado", "-id"], name="avaliacao_por_chamado")]

    def __str__(self) -> str:
        return f"avaliação de {self.chamado_id}"
