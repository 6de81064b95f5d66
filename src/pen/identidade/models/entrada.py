from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from pen.comum.identificadores import uuid7
from pen.identidade.enums import FinalidadeDoCodigo, MeioDeEntrada, Nivel


class Entrada(models.Model):
    """Uma vez em que a pessoa entrou, num aparelho; aberta, é um aparelho em que ela está.

    Dados pessoais: a pessoa, quando entrou e o tipo de navegador. Guardada por seis meses (Lei 12.965/2014, art. 15).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    pessoa = models.ForeignKey("identidade.Pessoa", on_delete=models.PROTECT, related_name="+")
    meio = models.CharField(max_length=10, choices=MeioDeEntrada)
    nivel = models.PositiveSmallIntegerField(choices=Nivel, default=Nivel.NENHUM)
    amr = ArrayField(models.CharField(max_length=40), default=list, help_text="Como o gov.br conferiu a pessoa.")
    selos = ArrayField(models.CharField(max_length=10), default=list, help_text="Confiabilidades do gov.br.")
    segundo_fator = models.BooleanField(default=False)
    sessao = models.CharField(max_length=40, db_index=True)
    aparelho = models.CharField(max_length=60, blank=True)
    entrou_em = models.DateTimeField(db_default=Now())
    encerrada_em = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = "entrada", "entradas"
        indexes = [
            models.Index(fields=["pessoa", "-entrou_em"], name="entrada_por_pessoa"),
            models.Index(fields=["entrou_em"], name="entrada_por_tempo"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class CodigoDeEntrada(models.Model):
    """Um código de uso único mandado por e-mail; vale dez minutos e cinco tentativas.

    Dados pessoais: o e-mail informado; a linha some em um dia. O código só existe como HMAC.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    finalidade = models.CharField(max_length=10, choices=FinalidadeDoCodigo)
    email = models.EmailField()
    pessoa = models.ForeignKey("identidade.Pessoa", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    segredo = models.CharField(max_length=64, blank=True, help_text="HMAC do código; vazio enquanto não foi mandado.")
    criado_em = models.DateTimeField(db_default=Now())
    vence_em = models.DateTimeField()
    tentativas = models.PositiveSmallIntegerField(default=0)
    usado_em = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = "código de entrada", "códigos de entrada"
        constraints = [
            models.CheckConstraint(condition=models.Q(tentativas__lte=5), name="codigo_de_entrada_ate_cinco_tentativas"),
        ]
        indexes = [
            models.Index(fields=["email", "-criado_em"], name="codigo_de_entrada_por_email"),
            models.Index(fields=["criado_em"], name="codigo_de_entrada_por_tempo"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
