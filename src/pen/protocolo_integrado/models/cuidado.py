from django.db import models
from django.db.models.functions import Now

from pen.comum.identificadores import uuid7


class Retencao(models.Model):
    """O texto de movimentos que o órgão decidiu não mostrar: todos os que contêm um trecho, ou um movimento só.

    Dados pessoais: nenhum no trecho, que é uma frase padrão; quem decidiu, em função pública.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    orgao = models.ForeignKey("identidade.Orgao", on_delete=models.PROTECT, related_name="+")
    trecho = models.CharField(max_length=200, blank=True, help_text="Sem acentos e em minúsculas; vazio quando é de um só.")
    numero = models.CharField(max_length=50, blank=True, db_collation="C")
    chave = models.UUIDField(null=True, blank=True)
    motivo = models.CharField(max_length=500)
    criada_por = models.ForeignKey("identidade.Pessoa", on_delete=models.PROTECT, related_name="+")
    criada_em = models.DateTimeField(db_default=Now())
    encerrada_em = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = "retenção", "retenções"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(chave=None, numero="") & ~models.Q(trecho="")
                | models.Q(chave__isnull=False, trecho="") & ~models.Q(numero=""),
                name="retencao_de_trecho_ou_de_movimento",
            ),
            models.CheckConstraint(condition=~models.Q(motivo=""), name="retencao_tem_motivo"),
            models.UniqueConstraint(
                fields=["orgao", "trecho", "numero", "chave"],
                condition=models.Q(encerrada_em=None),
                nulls_distinct=False,
                name="retencao_vigente_unica",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class NomeMascarado(models.Model):
    """Um nome que o órgão decidiu não publicar num processo, mesmo que o reenvie.

    Dados pessoais: o nome só existe aqui como hash com chave; quem decidiu, em função pública.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    numero = models.CharField(max_length=50, db_collation="C")
    orgao = models.ForeignKey("identidade.Orgao", on_delete=models.PROTECT, related_name="+", db_constraint=False)
    nome_hash = models.BinaryField()
    motivo = models.CharField(max_length=500)
    criado_por = models.ForeignKey("identidade.Pessoa", on_delete=models.PROTECT, related_name="+")
    criado_em = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name, verbose_name_plural = "nome mascarado", "nomes mascarados"
        constraints = [
            models.UniqueConstraint(fields=["numero", "orgao", "nome_hash"], name="nome_mascarado_unico"),
            models.CheckConstraint(condition=~models.Q(motivo=""), name="nome_mascarado_tem_motivo"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
