from django.db import models

from pen.comum.identificadores import uuid7

NOME_DE_IMAGEM = r"^[a-z0-9]+([_-][a-z0-9]+)*\.(png|jpg|gif|webp)$"
NOME_MAXIMO = 80  # caracteres


class ImagemDoArtigo(models.Model):
    """Uma imagem de um artigo. O que o nome mostra não muda: por isso as versões antigas continuam com as suas.

    Dados pessoais: quem a enviou, em função pública; a imagem pode mostrar o que quem a fez deixou nela.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    artigo = models.ForeignKey("conhecimento.Artigo", on_delete=models.PROTECT, related_name="+")
    nome = models.CharField(max_length=NOME_MAXIMO, help_text="Como o texto a cita; não muda.")
    formato = models.CharField(max_length=10, help_text="O tipo de mídia.")
    largura = models.PositiveIntegerField(help_text="Em pontos.")
    altura = models.PositiveIntegerField(help_text="Em pontos.")
    tamanho = models.PositiveIntegerField(help_text="Em bytes.")
    resumo = models.CharField(max_length=64, db_index=True, help_text="SHA-256 do que se guarda, em hexadecimal.")
    recebida = models.CharField(max_length=64, help_text="SHA-256 do arquivo como chegou: o mesmo não se refaz.")
    por = models.ForeignKey("identidade.Pessoa", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    em = models.DateTimeField()

    class Meta:
        verbose_name, verbose_name_plural = "imagem do artigo", "imagens dos artigos"
        constraints = [
            models.UniqueConstraint(fields=["artigo", "nome"], name="imagem_do_artigo_unica"),
            models.CheckConstraint(condition=models.Q(nome__regex=NOME_DE_IMAGEM), name="imagem_do_artigo_bem_nomeada"),
        ]

    def __str__(self) -> str:
        return self.nome
