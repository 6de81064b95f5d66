from django.db import models

CODIGO = r"^[a-z0-9]+(-[a-z0-9]+)*$"
NOME_MAXIMO, DESCRICAO_MAXIMO = 80, 300  # caracteres


class Categoria(models.Model):
    """Um tema do fórum. A inativa não recebe tópicos novos; os que tem continuam a se ler.

    Dados pessoais: nenhum.
    """

    codigo = models.CharField(max_length=60, unique=True, help_text="O fim do endereço; não muda.")
    nome = models.CharField(max_length=NOME_MAXIMO, unique=True)
    descricao = models.CharField("descrição", max_length=DESCRICAO_MAXIMO)
    produto = models.ForeignKey("conhecimento.Produto", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    ordem = models.PositiveSmallIntegerField(default=0)
    ativa = models.BooleanField(default=True)

    class Meta:
        verbose_name, verbose_name_plural = "categoria", "categorias"
        ordering = ["ordem", "nome"]
        constraints = [
            models.CheckConstraint(condition=models.Q(codigo__regex=CODIGO), name="categoria_codigo_bem_formado")
        ]

    def __str__(self) -> str:
        return self.nome


class GrupoDeEtiquetas(models.Model):
    """Etiquetas da mesma natureza: o assunto, o produto, o público.

    Dados pessoais: nenhum.
    """

    nome = models.CharField(max_length=NOME_MAXIMO, unique=True)
    ordem = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name, verbose_name_plural = "grupo de etiquetas", "grupos de etiquetas"
        ordering = ["ordem", "nome"]

    def __str__(self) -> str:
        return self.nome


class Etiqueta(models.Model):
    """Uma palavra controlada que ajuda a achar um tópico. A inativa não se põe em tópicos novos.

    Dados pessoais: nenhum.
    """

    grupo = models.ForeignKey("participen.GrupoDeEtiquetas", on_delete=models.PROTECT, related_name="+")
    codigo = models.CharField(max_length=60, unique=True, help_text="O fim do endereço; não muda.")
    nome = models.CharField(max_length=NOME_MAXIMO, unique=True)
    ativa = models.BooleanField(default=True)

    class Meta:
        verbose_name, verbose_name_plural = "etiqueta", "etiquetas"
        ordering = ["grupo__ordem", "nome"]
        constraints = [models.CheckConstraint(condition=models.Q(codigo__regex=CODIGO), name="etiqueta_codigo_bem_formado")]

    def __str__(self) -> str:
        return self.nome
