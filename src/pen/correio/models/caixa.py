from django.db import models

from pen.correio.values.triagem import PESO_MAXIMO

TEXTO_DA_CAIXA_MAXIMO, CASO_MAXIMO = 2_000, 400  # caracteres


class Caixa(models.Model):
    """Um endereço institucional: de que trata, do que nunca trata, e como assina.

    Dados pessoais: nenhum.
    """

    codigo = models.SlugField("código", max_length=40, unique=True)
    endereco = models.EmailField("endereço", max_length=254, unique=True, help_text="Em minúsculas.")
    nome = models.CharField(max_length=120)
    finalidade = models.CharField(max_length=400, help_text="Numa frase, para que serve.")
    nunca_trata = models.TextField(max_length=TEXTO_DA_CAIXA_MAXIMO)
    assinatura = models.TextField(max_length=TEXTO_DA_CAIXA_MAXIMO, blank=True)
    limite = models.PositiveSmallIntegerField(default=4, help_text="A soma que recusa; zero não recusa ninguém sozinho.")
    ativa = models.BooleanField(default=True)
    ordem = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name, verbose_name_plural = "caixa", "caixas"
        ordering = ["ordem", "nome"]

    def __str__(self) -> str:
        return self.codigo


class Caso(models.Model):
    """Um dos assuntos que o guia dá a uma caixa.

    Dados pessoais: nenhum.
    """

    caixa = models.ForeignKey("correio.Caixa", on_delete=models.PROTECT, related_name="+")
    texto = models.CharField(max_length=CASO_MAXIMO)
    ordem = models.PositiveSmallIntegerField(default=0)
    retirado_em = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = "caso", "casos"
        ordering = ["ordem", "pk"]
        constraints = [models.UniqueConstraint(fields=["caixa", "texto"], name="caso_unico_na_caixa")]

    def __str__(self) -> str:
        return self.texto


class Expressao(models.Model):
    """Palavras que contam na triagem, com o peso e a razão dele.

    Dados pessoais: nenhum.
    """

    expressao = models.CharField(
        "expressão", max_length=80, unique=True, help_text="Em minúsculas; * vale por qualquer final."
    )
    peso = models.SmallIntegerField(help_text="Positivo: parece suporte. Negativo: parece administrativo.")
    por_que = models.CharField("por quê", max_length=200)

    class Meta:
        verbose_name, verbose_name_plural = "expressão", "expressões"
        ordering = ["-peso", "expressao"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(peso__gte=-PESO_MAXIMO, peso__lte=PESO_MAXIMO) & ~models.Q(peso=0),
                name="expressao_pesa_algo",
            ),
        ]

    def __str__(self) -> str:
        return self.expressao
