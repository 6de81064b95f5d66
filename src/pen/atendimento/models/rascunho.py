from django.db import models

from pen.comum.identificadores import uuid7


class Rascunho(models.Model):
    """O que a pessoa já escreveu de um chamado que ainda não abriu; um de cada tipo de suporte, e só dela.

    Dados pessoais: quem escreve; os textos podem trazer dados de quem escreveu.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    pessoa = models.ForeignKey("identidade.Pessoa", on_delete=models.PROTECT, related_name="+")
    tipo = models.ForeignKey("atendimento.TipoDeSuporte", on_delete=models.PROTECT, related_name="+")
    esfera = models.CharField(max_length=20)
    campos = models.JSONField(default=dict, help_text="Nome do campo da página → o que se escreveu.")
    alterado_em = models.DateTimeField()

    class Meta:
        verbose_name, verbose_name_plural = "rascunho", "rascunhos"
        constraints = [models.UniqueConstraint(fields=["pessoa", "tipo"], name="rascunho_unico")]
        indexes = [models.Index(fields=["alterado_em"], name="rascunho_por_idade")]

    def __str__(self) -> str:
        return f"rascunho {self.pk}"
