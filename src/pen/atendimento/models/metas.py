from django.db import models


class Meta(models.Model):
    """Em quantas horas úteis se responde e se resolve. Vale a mais específica: produto e tipo, produto, tipo, ou a geral.

    Dados pessoais: nenhum.
    """

    produto = models.ForeignKey("conhecimento.Produto", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    tipo = models.CharField(max_length=60, blank=True, help_text="O código do tipo de suporte; vazio vale para todos.")
    resposta_horas = models.PositiveSmallIntegerField("primeira resposta, em horas úteis")
    solucao_horas = models.PositiveSmallIntegerField("solução, em horas úteis")

    class Meta:
        verbose_name, verbose_name_plural = "meta", "metas"
        constraints = [
            models.UniqueConstraint(fields=["produto", "tipo"], nulls_distinct=False, name="meta_unica"),
            models.CheckConstraint(
                condition=models.Q(resposta_horas__gte=1, solucao_horas__gte=models.F("resposta_horas")),
                name="meta_responde_antes_de_resolver",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.resposta_horas} h e {self.solucao_horas} h"
