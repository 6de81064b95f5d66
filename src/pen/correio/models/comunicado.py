from django.contrib.postgres.fields import ArrayField
from django.db import models

from pen.comum.identificadores import uuid7
from pen.correio.models.conversa import ASSUNTO_MAXIMO
from pen.identidade.public import Esfera

COMUNICADO_MAXIMO = 20_000  # caracteres


class Comunicado(models.Model):
    """Uma comunicação oficial de uma caixa a quem gere os órgãos; enviada, não muda, e cada um responde na sua conversa.

    Dados pessoais: quem a escreveu e quem a enviou, em função pública.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    caixa = models.ForeignKey("correio.Caixa", on_delete=models.PROTECT, related_name="+")
    assunto = models.CharField(max_length=ASSUNTO_MAXIMO)
    texto = models.TextField(max_length=COMUNICADO_MAXIMO)
    esferas = ArrayField(models.CharField(max_length=10, choices=Esfera), help_text="Vai a quem gere órgãos destas.")
    autor = models.ForeignKey("identidade.Pessoa", on_delete=models.PROTECT, related_name="+")
    alterado_em = models.DateTimeField()
    enviado_por = models.ForeignKey("identidade.Pessoa", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    enviado_em = models.DateTimeField(null=True, blank=True)
    destinatarios = models.PositiveIntegerField(default=0, help_text="A quantos foi.")

    class Meta:
        verbose_name, verbose_name_plural = "comunicado", "comunicados"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(enviado_em=None, enviado_por=None)
                | models.Q(enviado_em__isnull=False, enviado_por__isnull=False) & ~models.Q(enviado_por=models.F("autor")),
                name="comunicado_outra_pessoa_envia",
            ),
            models.CheckConstraint(condition=models.Q(esferas__len__gt=0), name="comunicado_tem_a_quem"),
        ]

    def __str__(self) -> str:
        return f"comunicado {self.pk}"
