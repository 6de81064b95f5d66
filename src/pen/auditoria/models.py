"""A tabela da auditoria."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models.functions import Now

from pen.comum.identificadores import uuid7


class Ato(models.Model):
    """Algo que alguém fez. A linha só se acrescenta: um gatilho do banco recusa alterar, apagar e esvaziar.

    Dados pessoais: o número de quem agiu e, às vezes, de sobre quem agiu; nunca nome, CPF ou e-mail.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    ocorrido_em = models.DateTimeField(db_default=Now())
    pessoa = models.ForeignKey(
        "identidade.Pessoa", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False,
        help_text="Quem agiu; vazio quando foi um comando ou um sistema.",
    )  # fmt: skip
    credencial_id = models.UUIDField(null=True, blank=True, help_text="A credencial do sistema que agiu, se foi um.")
    ato = models.CharField(max_length=60, help_text="Código estável, como papel.concedido.")
    objeto = models.CharField(max_length=100, help_text="Sobre o que: «tipo:id», sem dado pessoal.")
    orgao = models.ForeignKey(
        "identidade.Orgao", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    detalhes = models.JSONField(default=dict, encoder=DjangoJSONEncoder, help_text="Ids, códigos e motivos.")

    class Meta:
        verbose_name, verbose_name_plural = "ato", "atos"
        constraints = [
            models.CheckConstraint(condition=models.Q(ato__regex=r"^[a-z_]+\.[a-z_]+$"), name="ato_codigo_bem_formado"),
            models.CheckConstraint(
                condition=models.Q(objeto__regex=r"^[a-z_]+:[0-9A-Za-z_./-]+$"), name="ato_objeto_e_tipo_e_id"
            ),
        ]
        indexes = [
            models.Index(fields=["-ocorrido_em", "-id"], name="ato_por_tempo"),
            models.Index(fields=["orgao", "-ocorrido_em"], name="ato_por_orgao"),
            models.Index(fields=["pessoa", "-ocorrido_em"], name="ato_por_pessoa"),
            models.Index(fields=["objeto", "-ocorrido_em"], name="ato_por_objeto"),
        ]

    def __str__(self) -> str:
        return f"{self.ato} {self.objeto}"
