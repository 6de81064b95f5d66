"""Totais mantidos conforme as remessas chegam, para que nenhuma consulta gerencial conte linhas do registro nacional.

Como a contagem vira total está em docs/dominio/painel.md.
"""

from bisect import bisect_left

from django.contrib.postgres.fields import ArrayField
from django.db import models

from pen.comum.identificadores import uuid7
from pen.protocolo_integrado.enums import CodigoDeRecusa

LIMITES_DE_ATRASO = (1, 6, 24, 48, 168, 720)  # horas, cada limite incluído na sua faixa
ESPECIE_MAXIMO = 60


def faixa_de_atraso(segundos: float) -> int | None:
    """A faixa de um atraso, ou ``None`` se passa de 30 dias; o que chega adiantado fica na primeira."""
    faixa = bisect_left(LIMITES_DE_ATRASO, segundos / 3600)
    return faixa if faixa < len(LIMITES_DE_ATRASO) else None


class ContagemDaRemessa(models.Model):
    """O que uma remessa de produção soma aos totais; nasce na transação dela e some ao ser somada.

    Dados pessoais: nenhum.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    orgao = models.ForeignKey(
        "identidade.Orgao", on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    recebida_em = models.DateTimeField()
    dia = models.DateField(help_text="O de Brasília.")
    recusada = models.BooleanField(default=False, help_text="A remessa inteira foi recusada.")
    documentos = models.PositiveIntegerField()
    aceitos = models.PositiveIntegerField()
    recusados = models.PositiveIntegerField()
    novos = models.PositiveIntegerField()
    alterados = models.PositiveIntegerField()
    repetidos = models.PositiveIntegerField()
    andamentos_novos = models.PositiveIntegerField()
    duracao_ms = models.PositiveIntegerField()
    recusas = models.JSONField(default=dict, help_text="Documentos recusados por código.")
    especies = models.JSONField(default=dict, help_text="Documentos novos por espécie.")
    origens = models.JSONField(default=dict, help_text="Documentos novos por unidade e ano do número.")
    atrasos = ArrayField(models.PositiveIntegerField(), default=list, help_text="Movimentos por faixa de atraso.")

    class Meta:
        verbose_name, verbose_name_plural = "contagem de remessa", "contagens de remessas"

    def __str__(self) -> str:
        return str(self.pk)


class TotalDoDia(models.Model):
    """O que um órgão enviou num dia.

    Dados pessoais: nenhum.
    """

    pk = models.CompositePrimaryKey("dia", "orgao_id")
    dia = models.DateField()
    orgao = models.ForeignKey("identidade.Orgao", on_delete=models.PROTECT, related_name="+", db_index=False)
    remessas = models.PositiveIntegerField(default=0)
    remessas_recusadas = models.PositiveIntegerField(default=0)
    documentos = models.PositiveIntegerField(default=0)
    novos = models.PositiveIntegerField(default=0)
    alterados = models.PositiveIntegerField(default=0)
    repetidos = models.PositiveIntegerField(default=0)
    recusados = models.PositiveIntegerField(default=0)
    andamentos_novos = models.PositiveIntegerField(default=0)
    duracao_ms = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name, verbose_name_plural = "total do dia", "totais do dia"

    def __str__(self) -> str:
        return f"{self.orgao_id} em {self.dia}"


class RecusasDoDia(models.Model):
    """Quantos documentos de um órgão foram recusados num dia, por código.

    Dados pessoais: nenhum.
    """

    pk = models.CompositePrimaryKey("dia", "orgao_id", "codigo")
    dia = models.DateField()
    orgao = models.ForeignKey("identidade.Orgao", on_delete=models.PROTECT, related_name="+", db_index=False)
    codigo = models.CharField(max_length=5, choices=CodigoDeRecusa, db_collation="C")
    quantas = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name, verbose_name_plural = "recusas do dia", "recusas dos dias"

    def __str__(self) -> str:
        return f"{self.codigo} de {self.orgao_id} em {self.dia}"


class AtrasosDoDia(models.Model):
    """Quantos movimentos novos e recentes de um órgão chegaram num dia, por faixa de atraso.

    Dados pessoais: nenhum.
    """

    pk = models.CompositePrimaryKey("dia", "orgao_id", "faixa")
    dia = models.DateField()
    orgao = models.ForeignKey("identidade.Orgao", on_delete=models.PROTECT, related_name="+", db_index=False)
    faixa = models.PositiveSmallIntegerField(help_text="Posição em LIMITES_DE_ATRASO.")
    quantos = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name, verbose_name_plural = "atrasos do dia", "atrasos dos dias"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(faixa__lt=len(LIMITES_DE_ATRASO)), name="atrasos_do_dia_faixa_conhecida"
            ),
        ]

    def __str__(self) -> str:
        return f"faixa {self.faixa} de {self.orgao_id} em {self.dia}"


class EspeciesDoDia(models.Model):
    """Quantos documentos novos de um órgão chegaram num dia, por espécie.

    Dados pessoais: nenhum que se espere; a espécie é texto do órgão, com CPF mascarado, e as raras nunca são mostradas.
    """

    pk = models.CompositePrimaryKey("dia", "orgao_id", "especie")
    dia = models.DateField()
    orgao = models.ForeignKey("identidade.Orgao", on_delete=models.PROTECT, related_name="+", db_index=False)
    especie = models.CharField(max_length=ESPECIE_MAXIMO, db_collation="C")
    novos = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name, verbose_name_plural = "espécies do dia", "espécies dos dias"

    def __str__(self) -> str:
        return f"{self.especie} de {self.orgao_id} em {self.dia}"


class ConsultasDoDia(models.Model):
    """Quantas vezes processos de um órgão foram consultados num dia, na página ou na API.

    Dados pessoais: nenhum; quem consultou e o que consultou não são guardados.
    """

    pk = models.CompositePrimaryKey("dia", "orgao_id")
    dia = models.DateField()
    orgao = models.ForeignKey("identidade.Orgao", on_delete=models.PROTECT, related_name="+", db_index=False)
    quantas = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name, verbose_name_plural = "consultas do dia", "consultas dos dias"

    def __str__(self) -> str:
        return f"{self.orgao_id} em {self.dia}"


class Origem(models.Model):
    """Uma unidade protocolizadora e um ano vistos nos números que um órgão enviou.

    Dados pessoais: nenhum.
    """

    pk = models.CompositePrimaryKey("orgao_id", "codigo", "ano")
    orgao = models.ForeignKey("identidade.Orgao", on_delete=models.PROTECT, related_name="+", db_index=False)
    codigo = models.CharField(max_length=8, help_text="Cinco algarismos do NUP, ou oito do NIPE.")
    ano = models.PositiveSmallIntegerField()
    numeros = models.PositiveIntegerField(default=0)
    vista_em = models.DateTimeField(help_text="Quando chegou o primeiro.")
    ultima_em = models.DateTimeField(help_text="Quando chegou o último.")

    class Meta:
        verbose_name, verbose_name_plural = "origem de números", "origens de números"

    def __str__(self) -> str:
        return f"{self.orgao_id}: {self.codigo}/{self.ano}"


class AcompanhamentosDoDia(models.Model):
    """Retrato do dia: quantas pessoas acompanham processos de um órgão; sem órgão, os da instalação inteira.

    Dados pessoais: nenhum.
    """

    id = models.BigAutoField(primary_key=True)
    dia = models.DateField()
    orgao = models.ForeignKey(
        "identidade.Orgao", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    pessoas = models.PositiveIntegerField(default=0)
    acompanhamentos = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name, verbose_name_plural = "acompanhamentos do dia", "acompanhamentos dos dias"
        constraints = [
            models.UniqueConstraint(fields=["dia", "orgao"], nulls_distinct=False, name="acompanhamentos_do_dia_unico"),
        ]

    def __str__(self) -> str:
        return f"{self.orgao_id or 'todos'} em {self.dia}"


class AvisosDoDia(models.Model):
    """Retrato do dia: quantas mensagens criadas nele foram enviadas e quantas não puderam ser entregues.

    Dados pessoais: nenhum.
    """

    dia = models.DateField(primary_key=True)
    enviadas = models.PositiveIntegerField(default=0)
    falharam = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name, verbose_name_plural = "avisos do dia", "avisos dos dias"

    def __str__(self) -> str:
        return str(self.dia)
