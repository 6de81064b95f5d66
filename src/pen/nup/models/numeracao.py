from django.db import models
from django.db.models.functions import Now

from pen.comum.identificadores import uuid7
from pen.nup.enums.situacoes import Destino

SEQUENCIA_MAXIMA = 999_999


class Contador(models.Model):
    """O último número dado por uma unidade num ano de Brasília; só cresce (o banco recusa diminuir).

    Dados pessoais: nenhum.
    """

    unidade = models.ForeignKey("nup.Unidade", on_delete=models.PROTECT, related_name="+", db_index=False)
    ano = models.PositiveSmallIntegerField()
    ultimo = models.PositiveIntegerField("último", default=0)
    ultimo_em = models.DateTimeField("último em", help_text="Quando o último saiu, pelo relógio do banco.")
    aberto = models.BooleanField(default=True, help_text="Falso enquanto a unidade está inativa.")
    adiantado = models.BooleanField(default=False, help_text="Aberto por um relógio adiantado: não conta até o ano chegar.")

    class Meta:
        verbose_name, verbose_name_plural = "contador", "contadores"
        constraints = [
            models.UniqueConstraint(fields=["unidade", "ano"], name="contador_unico"),
            models.CheckConstraint(condition=models.Q(ultimo__lte=SEQUENCIA_MAXIMA), name="contador_ate_999999"),
        ]

    def __str__(self) -> str:
        return f"{self.unidade_id}/{self.ano}: {self.ultimo}"


class Reserva(models.Model):
    """Um intervalo de números dado de uma vez. ``externa`` é o que outro sistema já tinha dado.

    Dados pessoais: a pessoa que numerou, em função pública, quando não foi um sistema.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    unidade = models.ForeignKey("nup.Unidade", on_delete=models.PROTECT, related_name="+", db_index=False)
    ano = models.PositiveSmallIntegerField()
    primeiro = models.PositiveIntegerField()
    ultimo = models.PositiveIntegerField("último")
    orgao = models.ForeignKey("identidade.Orgao", on_delete=models.PROTECT, related_name="+", db_index=False)
    chave = models.CharField(max_length=100, help_text="A chave de idempotência, do órgão.")
    documento = models.CharField(max_length=200, blank=True, help_text="A que se destina; sem dados pessoais.")
    credencial_id = models.UUIDField(null=True, blank=True, help_text="A credencial do sistema que pediu.")
    pessoa = models.ForeignKey(
        "identidade.Pessoa", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    reservada_em = models.DateTimeField(db_default=Now())
    usada = models.BooleanField(default=False, help_text="Nasceu usada: o documento já existia.")
    externa = models.BooleanField(default=False)

    class Meta:
        verbose_name, verbose_name_plural = "reserva de números", "reservas de números"
        constraints = [
            models.UniqueConstraint(fields=["unidade", "ano", "primeiro"], name="reserva_unica"),
            models.UniqueConstraint(fields=["orgao", "chave"], name="reserva_chave_unica"),
            models.CheckConstraint(
                condition=models.Q(primeiro__gte=1, ultimo__gte=models.F("primeiro"), ultimo__lte=SEQUENCIA_MAXIMA),
                name="reserva_intervalo_valido",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unidade_id}/{self.ano}: {self.primeiro}–{self.ultimo}"


class DestinoDoNumero(models.Model):
    """O que houve com um número depois de reservado: uma linha por ato, que não muda; vale a última. Sem linha, vale a reserva.

    Dados pessoais: a pessoa que usou ou anulou, em função pública, quando não foi um sistema.
    """

    reserva = models.ForeignKey("nup.Reserva", on_delete=models.PROTECT, related_name="+", db_index=False)
    sequencia = models.PositiveIntegerField("sequência")
    destino = models.CharField(
        max_length=10, choices=[(Destino.USADO, Destino.USADO.label), (Destino.ANULADO, Destino.ANULADO.label)]
    )
    documento = models.CharField(max_length=200, blank=True)
    motivo = models.CharField(max_length=500, blank=True, help_text="Por que foi anulado; sem dados pessoais.")
    em = models.DateTimeField()
    credencial_id = models.UUIDField(null=True, blank=True)
    pessoa = models.ForeignKey(
        "identidade.Pessoa", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        verbose_name, verbose_name_plural = "destino de número", "destinos de números"
        constraints = [
            models.UniqueConstraint(fields=["reserva", "sequencia", "destino"], name="destino_unico"),
            models.CheckConstraint(
                condition=models.Q(destino=Destino.USADO, motivo="")
                | models.Q(destino=Destino.ANULADO) & ~models.Q(motivo=""),
                name="destino_anulado_tem_motivo",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sequencia}: {self.destino}"
