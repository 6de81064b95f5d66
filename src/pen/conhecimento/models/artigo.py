from datetime import date

from django.db import models

from pen.comum.identificadores import uuid7
from pen.conhecimento.enums import Especie, NivelDoRoteiro, SituacaoDaVersao
from pen.conhecimento.models.produto import CODIGO

TITULO_MAXIMO, RESUMO_MAXIMO, PERGUNTAS_MAXIMO, CORPO_MAXIMO = 200, 500, 4_000, 200_000  # caracteres


class Artigo(models.Model):
    """Um assunto da base de conhecimento; o que ele diz está nas versões, e só a publicada se lê.

    Dados pessoais: nenhum.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    codigo = models.CharField(max_length=120, unique=True, help_text="O fim do endereço; não muda.")
    especie = models.CharField("espécie", max_length=10, choices=Especie)
    produto = models.ForeignKey("conhecimento.Produto", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    interno = models.BooleanField(default=False, help_text="Só quem atende lê.")
    origem = models.CharField(max_length=300, blank=True, help_text="De onde veio; vazio, se foi escrito aqui.")
    retirado_em = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = "artigo", "artigos"
        constraints = [
            models.CheckConstraint(condition=models.Q(codigo__regex=CODIGO), name="artigo_codigo_bem_formado"),
            models.CheckConstraint(
                condition=~models.Q(especie=Especie.ROTEIRO) | models.Q(interno=True), name="artigo_roteiro_e_interno"
            ),
            models.UniqueConstraint(fields=["origem"], condition=~models.Q(origem=""), name="artigo_origem_unica"),
        ]
        indexes = [models.Index(fields=["produto", "especie"], name="artigo_por_produto")]

    def __str__(self) -> str:
        return self.codigo


class VersaoDoArtigo(models.Model):
    """O que um artigo diz, ou disse, ou dirá. A publicada não muda: outra toma o lugar dela.

    Dados pessoais: quem escreveu e quem revisou, em função pública.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    artigo = models.ForeignKey("conhecimento.Artigo", on_delete=models.PROTECT, related_name="+")
    numero = models.PositiveIntegerField()
    situacao = models.CharField(
        "situação", max_length=12, choices=SituacaoDaVersao, default=SituacaoDaVersao.RASCUNHO
    )  # fmt: skip
    titulo = models.CharField("título", max_length=TITULO_MAXIMO)
    resumo = models.CharField(max_length=RESUMO_MAXIMO, blank=True)
    corpo = models.TextField(max_length=CORPO_MAXIMO, blank=True, help_text="Markdown.")
    quando = models.CharField(max_length=RESUMO_MAXIMO, blank=True, help_text="De um roteiro: a situação em que serve.")
    modelo = models.TextField(max_length=CORPO_MAXIMO, blank=True, help_text="De um roteiro: o texto da resposta.")
    nivel = models.CharField("nível", max_length=2, choices=NivelDoRoteiro, blank=True)
    palavras_chave = models.CharField("palavras-chave", max_length=RESUMO_MAXIMO, blank=True)
    perguntas = models.TextField(
        max_length=PERGUNTAS_MAXIMO, blank=True, help_text="Outras maneiras de perguntar, uma por linha; só a busca as lê."
    )
    vale_ate = models.DateField("vale até", null=True, blank=True)
    autor = models.ForeignKey("identidade.Pessoa", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    revisor = models.ForeignKey("identidade.Pessoa", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    parecer = models.CharField(max_length=1_000, blank=True, help_text="O que a revisão pediu, se devolveu.")
    alterada_em = models.DateTimeField()
    publicada_em = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = "versão do artigo", "versões do artigo"
        constraints = [
            models.UniqueConstraint(fields=["artigo", "numero"], name="versao_do_artigo_unica"),
            models.UniqueConstraint(
                fields=["artigo"], condition=models.Q(situacao=SituacaoDaVersao.PUBLICADA), name="artigo_publicado_uma_vez"
            ),
            models.UniqueConstraint(
                fields=["artigo"], name="artigo_com_uma_versao_a_publicar",
                condition=models.Q(situacao__in=[SituacaoDaVersao.RASCUNHO, SituacaoDaVersao.EM_REVISAO]),
            ),
            models.CheckConstraint(
                condition=models.Q(situacao__in=[SituacaoDaVersao.RASCUNHO, SituacaoDaVersao.EM_REVISAO], publicada_em=None)
                | models.Q(situacao__in=[SituacaoDaVersao.PUBLICADA, SituacaoDaVersao.SUBSTITUIDA], publicada_em__isnull=False),
                name="versao_publicada_tem_data",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"versão {self.numero} de {self.artigo_id}"

    def venceu(self, hoje: date) -> bool:
        """Se já passou do dia até o qual vale."""
        return self.vale_ate is not None and self.vale_ate < hoje


class Opiniao(models.Model):
    """Se uma versão ajudou quem a leu. Sem nome: uma por aparelho e versão, pelo resumo de um código sorteado.

    Dados pessoais: o comentário pode trazer dados de quem escreveu.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    versao = models.ForeignKey("conhecimento.VersaoDoArtigo", on_delete=models.PROTECT, related_name="+")
    leitor = models.CharField(
        max_length=64, help_text="Resumo do código do aparelho com o da versão: não liga dois artigos."
    )
    ajudou = models.BooleanField()
    comentario = models.CharField("comentário", max_length=1_000, blank=True)
    em = models.DateTimeField()

    class Meta:
        verbose_name, verbose_name_plural = "opinião", "opiniões"
        constraints = [models.UniqueConstraint(fields=["versao", "leitor"], name="opiniao_unica")]

    def __str__(self) -> str:
        return f"opinião sobre {self.versao_id}"
