from django.db import models

from pen.atendimento.enums import Marco, Passo, Situacao
from pen.atendimento.values.acoes import QUANDO, Acao, Condicoes
from pen.atendimento.values.formulario import Campo, ler_campos
from pen.atendimento.values.tempos import Tempo
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
    """O que o sistema faz sozinho num chamado como o descrito, quando uma pessoa dá certo passo, ou pelo tempo.

    Dados pessoais: nenhum; quem o escreveu está na auditoria.
    """

    nome = models.CharField(max_length=80, unique=True)
    quando = models.CharField(
        max_length=20, choices=[*((passo.value, passo.label) for passo in QUANDO), *Marco.choices]
    )  # fmt: skip
    minutos = models.PositiveIntegerField(null=True, blank=True, help_text="De expediente, antes ou depois do marco.")
    antes = models.BooleanField(default=False)
    situacao = models.CharField(
        "situação", max_length=20, choices=Situacao, blank=True, help_text="Em que está o que ninguém mexe."
    )
    condicoes = models.JSONField("condições", default=dict)
    acoes = models.JSONField("ações")
    ligado = models.BooleanField(default=False)

    class Meta:
        verbose_name, verbose_name_plural = "gatilho", "gatilhos"
        ordering = ["nome"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(quando__in=Marco.values, minutos__isnull=False)
                | ~models.Q(quando__in=Marco.values) & models.Q(minutos=None, antes=False),
                name="gatilho_pelo_tempo_diz_quanto",
            ),
            models.CheckConstraint(
                condition=models.Q(quando=Marco.SEM_MOVIMENTO, antes=False) & ~models.Q(situacao="")
                | ~models.Q(quando=Marco.SEM_MOVIMENTO) & models.Q(situacao=""),
                name="gatilho_sem_movimento_diz_onde",
            ),
        ]
        indexes = [models.Index(fields=["quando"], condition=models.Q(ligado=True), name="gatilho_ligado")]

    def __str__(self) -> str:
        return self.nome

    def lidas(self) -> tuple[Acao, ...]:
        """As ações, como valores."""
        return tuple(Acao.de(dado) for dado in self.acoes)

    def lido(self) -> Condicoes:
        """As condições, como valor."""
        return Condicoes.de(self.condicoes)

    def momento(self) -> Passo | Tempo:
        """O passo que o dispara, ou o tempo."""
        if self.minutos is None:
            return Passo(self.quando)
        return Tempo(Marco(self.quando), self.minutos, antes=self.antes, situacao=self.situacao)


class Disparo(models.Model):
    """Um gatilho que se cumpre num chamado, uma vez, por causa de um passo (o último, se é por ninguém mexer) ou de um prazo.

    Um prazo que muda, porque o chamado esteve parado, é outro.

    Dados pessoais: nenhum.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    gatilho = models.ForeignKey("atendimento.Gatilho", on_delete=models.PROTECT, related_name="+")
    chamado = models.ForeignKey("atendimento.Chamado", on_delete=models.PROTECT, related_name="+", db_index=False)
    passo = models.ForeignKey(
        "atendimento.PassoDoChamado", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # fmt: skip
    prazo = models.DateTimeField(null=True, blank=True, help_text="O que o disparou, se não foi um passo.")
    feito_em = models.DateTimeField(null=True, blank=True)
    frase = models.CharField(max_length=300, blank=True, help_text="Por que não se cumpriu; vazia, se tudo se fez.")

    class Meta:
        verbose_name, verbose_name_plural = "disparo", "disparos"
        constraints = [
            models.UniqueConstraint(fields=["gatilho", "passo"], name="disparo_unico"),
            models.UniqueConstraint(fields=["gatilho", "chamado", "prazo"], name="disparo_unico_por_prazo"),
            models.CheckConstraint(
                condition=models.Q(passo=None, prazo__isnull=False) | models.Q(passo__isnull=False, prazo=None),
                name="disparo_de_passo_ou_de_prazo",
            ),
        ]
        indexes = [models.Index(fields=["id"], condition=models.Q(feito_em=None), name="disparo_a_cumprir")]

    def __str__(self) -> str:
        return f"gatilho {self.gatilho_id} em {self.chamado_id}"
