from datetime import timedelta

from django.db import models

from pen.assistente.enums import Desfecho, Intencao

PERGUNTA_MAXIMO = 1_000  # caracteres
GUARDADA = timedelta(days=90)  # sem fala há mais tempo que isto, a conversa some


class Conversa(models.Model):
    """O que uma pessoa, ou um aparelho que não entrou, conversa com o assistente.

    Dados pessoais: quem conversa, se entrou. Some noventa dias depois da última fala.
    """

    chave = models.CharField(
        max_length=43, unique=True, help_text="Sorteada; fica no aparelho, e não vai a endereço nenhum."
    )
    pessoa = models.ForeignKey("identidade.Pessoa", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    produto = models.ForeignKey(
        "conhecimento.Produto", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        help_text="De que produto se fala, se a pessoa disse.",
    )  # fmt: skip
    comecou_em = models.DateTimeField()
    ultima_em = models.DateTimeField(db_index=True)
    encaminhada_em = models.DateTimeField(null=True, blank=True, help_text="Quando virou um chamado por escrever.")

    class Meta:
        verbose_name, verbose_name_plural = "conversa", "conversas"
        indexes = [models.Index(fields=["pessoa", "-ultima_em"], name="conversas_da_pessoa")]

    def __str__(self) -> str:
        return f"conversa {self.pk}"


class Fala(models.Model):
    """Uma pergunta, o que se leu dela e o que se respondeu. O trecho não se copia: lê-se da base, com o que a pessoa pode ler.

    Dados pessoais: o que a pessoa escrever; CPF, e-mail, telefone, senha e chave saem antes de gravar.
    """

    conversa = models.ForeignKey("assistente.Conversa", on_delete=models.PROTECT, related_name="+")
    ordem = models.PositiveSmallIntegerField()
    pergunta = models.CharField(max_length=PERGUNTA_MAXIMO)
    lida = models.CharField(
        max_length=PERGUNTA_MAXIMO, blank=True, help_text="As palavras que contam, com a grafia consertada."
    )
    intencao = models.CharField("intenção", max_length=15, choices=Intencao)
    desfecho = models.CharField(max_length=15, choices=Desfecho)
    trechos = models.JSONField(default=list, help_text="Lista de {artigo, ancora, ordem}, do melhor ao pior.")
    produtos = models.JSONField(default=list, help_text="Os códigos entre os quais se perguntou.")
    numero = models.CharField("número", max_length=40, blank=True, help_text="Do processo de que se perguntou.")
    redigida = models.TextField(blank=True, help_text="A resposta em outras palavras, conferida com o trecho.")
    confianca = models.FloatField("confiança", null=True, blank=True, help_text="Do melhor trecho, de 0 a 1.")
    ajudou = models.BooleanField(null=True, blank=True)
    escolha = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Qual dos trechos serviu, a contar do zero."
    )
    em = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name, verbose_name_plural = "fala", "falas"
        constraints = [models.UniqueConstraint(fields=["conversa", "ordem"], name="fala_unica_na_conversa")]
        indexes = [models.Index(fields=["desfecho", "-em"], name="falas_por_desfecho")]

    def __str__(self) -> str:
        return f"fala {self.ordem} de {self.conversa_id}"
