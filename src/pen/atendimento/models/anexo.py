from django.db import models

from pen.comum.identificadores import uuid7


class Anexo(models.Model):
    """Um arquivo que acompanha um passo do chamado; o conteúdo fica no armazém, pelo resumo.

    Dados pessoais: quem enviou; o nome e o conteúdo podem trazer dados de quem escreveu.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    chamado = models.ForeignKey("atendimento.Chamado", on_delete=models.PROTECT, related_name="+")
    passo = models.ForeignKey("atendimento.PassoDoChamado", on_delete=models.PROTECT, related_name="+")
    pedido = models.CharField(max_length=40, blank=True, help_text="O código do anexo do formulário a que responde.")
    nome = models.CharField(max_length=120)
    formato = models.CharField(max_length=100, help_text="O tipo de mídia, pelo conteúdo.")
    tamanho = models.PositiveIntegerField(help_text="Em bytes.")
    resumo = models.CharField(max_length=64, help_text="SHA-256 do conteúdo.")
    por = models.ForeignKey("identidade.Pessoa", on_delete=models.PROTECT, related_name="+")
    em = models.DateTimeField()

    class Meta:
        verbose_name, verbose_name_plural = "anexo do chamado", "anexos do chamado"
        constraints = [
            models.CheckConstraint(condition=models.Q(resumo__regex=r"^[0-9a-f]{64}$"), name="anexo_resumo_bem_formado"),
        ]
        indexes = [
            models.Index(fields=["chamado", "id"], name="anexo_por_chamado"),
            models.Index(fields=["resumo"], name="anexo_por_resumo"),
        ]

    def __str__(self) -> str:
        return f"anexo {self.pk}"
