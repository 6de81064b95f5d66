from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from pen.conhecimento.values.palavras import LETRAS_MAXIMO


class Trecho(models.Model):
    """Um pedaço da versão publicada de um artigo: o que a busca acha e o assistente cita. Refeito a cada publicação.

    Dados pessoais: nenhum.
    """

    artigo = models.ForeignKey("conhecimento.Artigo", on_delete=models.PROTECT, related_name="+")
    ordem = models.PositiveSmallIntegerField()
    ancora = models.CharField("âncora", max_length=250, blank=True, help_text="Da seção, na página do artigo.")
    titulo = models.CharField("título", max_length=700, blank=True, help_text="O caminho de títulos até a seção.")
    texto = models.TextField(blank=True, help_text="Sem a marcação.")
    pergunta = models.BooleanField(
        default=False, help_text="É só uma maneira de perguntar pelo artigo: acha-o, e não se mostra."
    )
    chamada = models.CharField(
        max_length=1_500, help_text="Título, seção e palavras-chave, sem acentos, para comparar por inteiro."
    )

    class Meta:
        verbose_name, verbose_name_plural = "trecho", "trechos"
        constraints = [models.UniqueConstraint(fields=["artigo", "ordem"], name="trecho_unico")]

    def __str__(self) -> str:
        return f"trecho {self.ordem} de {self.artigo_id}"


class Termo(models.Model):
    """Um radical, ou um começo de palavra (``assin*``), e em quantos trechos aparece. O termo vazio conta os trechos.

    Dados pessoais: nenhum.
    """

    termo = models.CharField(max_length=LETRAS_MAXIMO, primary_key=True)
    trechos = models.PositiveIntegerField()

    class Meta:
        verbose_name, verbose_name_plural = "termo", "termos"

    def __str__(self) -> str:
        return self.termo


class TermoDoTrecho(models.Model):
    """Quanto um termo pesa num trecho (BM25, sem a raridade do termo, que se aplica na pergunta).

    Dados pessoais: nenhum.
    """

    pk = models.CompositePrimaryKey("trecho_id", "termo")
    trecho = models.ForeignKey("conhecimento.Trecho", db_index=False, on_delete=models.PROTECT, related_name="+")
    termo = models.CharField(max_length=LETRAS_MAXIMO)
    peso = models.FloatField()
    interno = models.BooleanField(help_text="O do artigo, para que a busca pública não leia os outros.")
    aprendido = models.BooleanField(default=False, help_text="Veio das perguntas, e não do texto.")

    class Meta:
        verbose_name, verbose_name_plural = "termo do trecho", "termos dos trechos"
        indexes = [models.Index(fields=["termo"], include=["trecho", "peso", "interno"], name="termo_nos_trechos")]

    def __str__(self) -> str:
        return f"{self.termo} no trecho {self.trecho_id}"


class TermoDoArtigo(models.Model):
    """Quanto um termo pesa no artigo inteiro, com as maneiras de perguntar por ele; é por aqui que se acham os artigos.

    Dados pessoais: nenhum.
    """

    pk = models.CompositePrimaryKey("artigo_id", "termo")
    artigo = models.ForeignKey("conhecimento.Artigo", db_index=False, on_delete=models.PROTECT, related_name="+")
    termo = models.CharField(max_length=LETRAS_MAXIMO)
    peso = models.FloatField()
    interno = models.BooleanField(help_text="O do artigo, para que a busca pública não leia os outros.")
    aprendido = models.BooleanField(default=False, help_text="Veio das perguntas, e não do texto.")

    class Meta:
        verbose_name, verbose_name_plural = "termo do artigo", "termos dos artigos"
        indexes = [models.Index(fields=["termo"], include=["artigo", "peso", "interno"], name="termo_nos_artigos")]

    def __str__(self) -> str:
        return f"{self.termo} no artigo {self.artigo_id}"


class Palavra(models.Model):
    """Uma palavra que a base usa, sem acentos: para consertar a que se digitou errada, e saber o radical da que veio sem acento.

    Dados pessoais: nenhum.
    """

    palavra = models.CharField(max_length=LETRAS_MAXIMO, primary_key=True)
    radical = models.CharField(max_length=LETRAS_MAXIMO, db_index=True)
    vezes = models.PositiveIntegerField()
    publica = models.BooleanField(
        "pública", help_text="Se aparece num artigo que todos leem; a outra não se sugere a todos."
    )

    class Meta:
        verbose_name, verbose_name_plural = "palavra", "palavras"
        indexes = [GinIndex(fields=["palavra"], opclasses=["gin_trgm_ops"], name="palavra_da_base_parecida")]

    def __str__(self) -> str:
        return self.palavra


class Grafia(models.Model):
    """Uma palavra, ou o som dela (``~xamado``), inteira ou sem uma das letras: o caminho de uma palavra errada à certa.

    Dados pessoais: nenhum.
    """

    pk = models.CompositePrimaryKey("chave", "palavra_id")
    chave = models.CharField(max_length=LETRAS_MAXIMO)
    palavra = models.ForeignKey("conhecimento.Palavra", on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name, verbose_name_plural = "grafia", "grafias"

    def __str__(self) -> str:
        return self.chave


class Sinonimos(models.Model):
    """Expressões que, na busca, valem uma pela outra: uma sigla e o nome por extenso, o nome oficial e o que as pessoas usam.

    Dados pessoais: nenhum.
    """

    expressoes = ArrayField(models.CharField(max_length=120), help_text="Em radicais, sem as palavras que não contam.")
    escritas = ArrayField(models.CharField(max_length=120), help_text="Como foram escritas, para mostrar.")

    class Meta:
        verbose_name, verbose_name_plural = "sinônimos", "sinônimos"
        indexes = [GinIndex(fields=["expressoes"], name="sinonimos_por_expressao")]
        constraints = [
            models.CheckConstraint(condition=models.Q(expressoes__len__gt=1), name="sinonimos_sao_pelo_menos_dois")
        ]

    def __str__(self) -> str:
        return " = ".join(self.escritas)


class TermoAprendido(models.Model):
    """Um termo de perguntas que um trecho respondeu, e que não está nele: com perguntas bastantes, passa a achá-lo.

    Dados pessoais: uma palavra de quem perguntou, que pode ser um nome; a equipe central a vê e a apaga.
    """

    artigo = models.ForeignKey("conhecimento.Artigo", on_delete=models.PROTECT, related_name="+")
    ancora = models.CharField("âncora", max_length=250, blank=True)
    termo = models.CharField(max_length=LETRAS_MAXIMO)
    palavra = models.CharField(max_length=LETRAS_MAXIMO, help_text="Uma das palavras, para mostrar.")
    vezes = models.PositiveIntegerField()

    class Meta:
        verbose_name, verbose_name_plural = "termo aprendido", "termos aprendidos"
        constraints = [models.UniqueConstraint(fields=["artigo", "ancora", "termo"], name="termo_aprendido_unico")]

    def __str__(self) -> str:
        return f"{self.termo}: {self.vezes}"
