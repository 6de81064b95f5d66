from django.db import models
from django.db.models.functions import Now

from pen.atendimento.values.formulario import Definicao, ler_definicao
from pen.conhecimento.public import CODIGO


class TipoDeSuporte(models.Model):
    """O que se pode pedir de um produto.

    Dados pessoais: nenhum.
    """

    produto = models.ForeignKey("conhecimento.Produto", on_delete=models.PROTECT, related_name="+")
    codigo = models.CharField(max_length=60)
    nome = models.CharField(max_length=120)
    ordem = models.PositiveSmallIntegerField(default=0)
    retirado_em = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = "tipo de suporte", "tipos de suporte"
        ordering = ["ordem", "nome"]
        constraints = [
            models.UniqueConstraint(fields=["produto", "codigo"], name="tipo_unico_no_produto"),
            models.CheckConstraint(condition=models.Q(codigo__regex=CODIGO), name="tipo_codigo_bem_formado"),
        ]

    def __str__(self) -> str:
        return f"{self.nome} ({self.produto_id})"


class Formulario(models.Model):
    """Uma versão do formulário de um tipo de suporte; publicada, não muda: outra versão toma o lugar.

    Dados pessoais: quem publicou, em função pública.
    """

    tipo = models.ForeignKey("atendimento.TipoDeSuporte", on_delete=models.PROTECT, related_name="+")
    versao = models.PositiveSmallIntegerField()
    definicao = models.JSONField()
    publicado_em = models.DateTimeField(db_default=Now())
    publicado_por = models.ForeignKey(
        "identidade.Pessoa", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name, verbose_name_plural = "formulário", "formulários"
        constraints = [
            models.UniqueConstraint(fields=["tipo", "versao"], name="formulario_versao_unica"),
            models.CheckConstraint(condition=models.Q(versao__gte=1), name="formulario_versao_comeca_em_um"),
        ]

    def __str__(self) -> str:
        return f"versão {self.versao} do formulário de {self.tipo_id}"

    def lido(self) -> Definicao:
        """A definição como valor."""
        return ler_definicao(self.definicao)
