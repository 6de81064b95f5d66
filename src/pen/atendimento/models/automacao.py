from django.db import models

from pen.atendimento.values.acoes import QUANDO, Acao, Condicoes
from pen.atendimento.values.formulario import Campo, ler_campos
from pen.comum.identificadores import uuid7


class Macro(models.Model):
    """Vários passos que quem atende dá de uma vez, todos ou nenhum.

    Dados pessoais: nenhum; quem a escreveu está na auditoria.
    """

    nome = models.CharField(max_length=80, unique=True)
    produto = models.ForeignKey(
        "conhecimento.Produto", null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="Vazio: todos."
    )
    acoes = models.JSONField("ações", help_text="Lista do que pen.atendimento.values.acoes.Acao grava.")
    campos = models.JSONField(
        default=list,
        blank=True,
        help_text="O que se pergunta ao aplicar: lista do que pen.atendimento.values.formulario.Campo grava.",
    )
    retirada_em = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = "macro", "macros"
        ordering = ["nome"]

    def __str__(self) -> str:
        return self.nome

    def lidas(self) -> tuple[Acao, ...]:
        """As ações, como valores; o que está gravado já foi conferido."""
        return tuple(Acao.de(dado) for dado in self.acoes)

    def perguntas(self) -> tuple[Campo, ...]:
        """Os campos, como valores."""
        return ler_campos(self.campos)


class Gatilho(models.Model):
    """O que o sistema faz sozinho quando uma pessoa dá certo passo num chamado como o descrito.

    Dados pessoais: nenhum; quem o escreveu está na auditoria.
    """

    nome = models.CharField(max_length=80, unique=True)
    quando = models.CharField(max_length=20, choices=[(passo.value, passo.label) for passo in QUANDO])
    condicoes = models.JSONField("condições", default=dict)
    acoes = models.JSONField("ações")
    ligado = models.BooleanField(default=False)

    class Meta:
        verbose_name, verbose_name_plural = "gatilho", "gatilhos"
        ordering = ["nome"]
        indexes = [models.Index(fields=["quando"], condition=models.Q(ligado=True), name="gatilho_ligado")]

    def __str__(self) -> str:
        return self.nome

    def lidas(self) -> tuple[Acao, ...]:
        """As ações, como valores."""
        return tuple(Acao.de(dado) for dado in self.acoes)

    def lido(self) -> Condicoes:
        """As condições, como valor."""
        return Condicoes.de(self.condicoes)


class Disparo(models.Model):
    """Um gatilho que se cumpre por causa de um passo: nasce com o passo, e se cumpre uma vez.

    Dados pessoais: nenhum.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    gatilho = models.ForeignKey("atendimento.Gatilho", on_delete=models.PROTECT, related_name="+")
    passo = models.ForeignKey("atendimento.PassoDoChamado", on_delete=models.PROTECT, related_name="+")
    feito_em = models.DateTimeField(null=True, blank=True)
    frase = models.CharField(max_length=300, blank=True, help_text="Por que não se cumpriu; vazia, se tudo se fez.")

    class Meta:
        verbose_name, verbose_name_plural = "disparo", "disparos"
        constraints = [models.UniqueConstraint(fields=["gatilho", "passo"], name="disparo_unico")]
        indexes = [models.Index(fields=["id"], condition=models.Q(feito_em=None), name="disparo_a_cumprir")]

    def __str__(self) -> str:
        return f"gatilho {self.gatilho_id} no passo {self.passo_id}"
