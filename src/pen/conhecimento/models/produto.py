from django.contrib.postgres.fields import ArrayField
from django.db import models

from pen.conhecimento.enums import EsferaDeAtendimento

CODIGO = r"^[a-z0-9]+(-[a-z0-9]+)*$"


class Produto(models.Model):
    """Um produto do PEN: o que é, para que serve, e a que esferas se oferece.

    Dados pessoais: nenhum.
    """

    codigo = models.CharField(max_length=60, unique=True)
    nome = models.CharField(max_length=120)
    o_que_e = models.CharField(max_length=500)
    para_que_serve = models.CharField(max_length=500)
    esferas = ArrayField(models.CharField(max_length=20, choices=EsferaDeAtendimento))
    saiba_mais = models.JSONField(default=list, help_text="Lista de {texto, endereco}; o endereço pode ser vazio.")
    ordem = models.PositiveSmallIntegerField(default=0)
    retirado_em = models.DateTimeField(null=True, blank=True, help_text="Quando deixou de receber chamados novos.")

    class Meta:
        verbose_name, verbose_name_plural = "produto", "produtos"
        ordering = ["ordem", "nome"]
        constraints = [
            models.CheckConstraint(condition=models.Q(codigo__regex=CODIGO), name="produto_codigo_bem_formado"),
            models.CheckConstraint(
                condition=models.Q(esferas__contained_by=EsferaDeAtendimento.values, esferas__len__gt=0),
                name="produto_tem_esferas_que_existem",
            ),
        ]

    def __str__(self) -> str:
        return self.nome
