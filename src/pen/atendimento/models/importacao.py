from django.db import models


class ChamadoImportado(models.Model):
    """De onde veio um chamado que não nasceu aqui, e o que a última importação fez dele.

    Dados pessoais: nenhum; o número é o do chamado no outro sistema.
    """

    chamado = models.OneToOneField("atendimento.Chamado", primary_key=True, on_delete=models.PROTECT, related_name="+")
    origem = models.CharField(max_length=40, help_text="O nome da base de onde veio, como o mapa o diz.")
    codigo = models.CharField(max_length=40, help_text="O que identifica o chamado lá.")
    numero = models.CharField(
        max_length=40, blank=True, help_text="O que as pessoas diziam lá; vazio, depois de anonimizado."
    )
    importado_em = models.DateTimeField()
    atualizado_em = models.DateTimeField()
    resumo = models.CharField(max_length=64, help_text="SHA-256 do que se gravou: igual, não há o que mudar.")
    passos = models.PositiveIntegerField(
        help_text="Com quantos a importação o deixou; mais que isso, já se mexeu nele aqui."
    )

    class Meta:
        verbose_name, verbose_name_plural = "chamado importado", "chamados importados"
        constraints = [models.UniqueConstraint(fields=["origem", "codigo"], name="chamado_importado_unico")]

    def __str__(self) -> str:
        return f"{self.codigo} de {self.origem}"
