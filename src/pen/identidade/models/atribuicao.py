from django.db import models
from django.db.models.functions import Now

from pen.identidade.enums import Papel

PAPEIS_DO_ORGAO = [Papel.GESTOR, Papel.CONSULTA]


class Atribuicao(models.Model):
    """Um papel dado a uma pessoa; encerrado, fica como história.

    Dados pessoais: quem tem e quem deu o papel, em função pública.
    """

    pessoa = models.ForeignKey("identidade.Pessoa", on_delete=models.PROTECT, related_name="+")
    papel = models.CharField(max_length=20, choices=Papel)
    orgao = models.ForeignKey("identidade.Orgao", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    concedido_em = models.DateTimeField(db_default=Now())
    concedido_por = models.ForeignKey(
        "identidade.Pessoa", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    encerrado_em = models.DateTimeField(null=True, blank=True)
    encerrado_por = models.ForeignKey(
        "identidade.Pessoa", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name, verbose_name_plural = "atribuição de papel", "atribuições de papéis"
        constraints = [
            models.UniqueConstraint(
                fields=["pessoa", "papel", "orgao"],
                condition=models.Q(encerrado_em=None),
                nulls_distinct=False,
                name="atribuicao_vigente_unica",
            ),
            models.CheckConstraint(
                condition=models.Q(papel__in=PAPEIS_DO_ORGAO, orgao__isnull=False)
                | (~models.Q(papel__in=PAPEIS_DO_ORGAO) & models.Q(orgao=None)),
                name="atribuicao_orgao_conforme_o_papel",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.papel} ({self.orgao_id or 'central'})"
