from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q

from pen.comum.identificadores import uuid7
from pen.participen.enums import AmbienteDoRelato, EspecieDeTopico, SituacaoDaPublicacao

TITULO_MAXIMO, TITULO_MINIMO, CONTEXTO_MAXIMO, VERSOES_MAXIMO = 150, 10, 2_000, 200  # caracteres
TEXTO_MAXIMO = 20_000  # caracteres


class Topico(models.Model):
    """Um assunto em debate. A situação é a da publicação que o abre, e o que se lê dele depende dela.

    Dados pessoais: quem o abriu e o órgão que disse ser o seu, à vista de todos; o título e o contexto podem trazer outros.
    """

    categoria = models.ForeignKey("participen.Categoria", on_delete=models.PROTECT, related_name="+")
    especie = models.CharField("espécie", max_length=12, choices=EspecieDeTopico)
    titulo = models.CharField("título", max_length=TITULO_MAXIMO)
    contexto = models.TextField(max_length=CONTEXTO_MAXIMO, blank=True, help_text="O cenário e o objetivo.")
    versoes = models.CharField("versões", max_length=VERSOES_MAXIMO, blank=True)
    ambiente = models.CharField(max_length=12, choices=AmbienteDoRelato, blank=True)
    autor = models.ForeignKey("identidade.Pessoa", on_delete=models.PROTECT, related_name="+")
    orgao = models.ForeignKey(
        "identidade.Orgao", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        help_text="O que quem abriu disse ser o seu, naquele dia.",
    )  # fmt: skip
    etiquetas = models.ManyToManyField("participen.Etiqueta", through="participen.EtiquetaDoTopico", related_name="+")
    situacao = models.CharField("situação", max_length=10, choices=SituacaoDaPublicacao)
    fixado = models.BooleanField(default=False)
    fechado_em = models.DateTimeField(null=True, blank=True)
    solucao = models.ForeignKey(
        "participen.Publicacao", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # fmt: skip
    respostas = models.PositiveIntegerField(default=0, help_text="Quantas estão à vista de todos.")
    prova = models.UUIDField(unique=True, help_text="A busca feita antes: cada uma abre um tópico só.")
    criado_em = models.DateTimeField()
    ultima_em = models.DateTimeField(help_text="Da publicação mais nova à vista de todos; ordena as listas.")

    class Meta:
        verbose_name, verbose_name_plural = "tópico", "tópicos"
        indexes = [
            models.Index(fields=["-ultima_em", "-id"], name="topico_por_movimento", condition=Q(situacao="publicada")),
            models.Index(
                fields=["categoria", "-ultima_em", "-id"], name="topico_por_categoria", condition=Q(situacao="publicada")
            ),
            models.Index(fields=["autor", "-id"], name="topico_por_autor"),
        ]

    def __str__(self) -> str:
        return f"tópico {self.pk}"

    @property
    def publicado(self) -> bool:
        """Se todos o leem."""
        return self.situacao == SituacaoDaPublicacao.PUBLICADA

    def titulo_para(self, pessoa_id: int) -> str:
        """O título, se a pessoa ainda o pode ler: quem respondeu num tópico que depois se escondeu não o lê mais."""
        return self.titulo if self.publicado or self.autor_id == pessoa_id else "Tópico que não está à vista"


class EtiquetaDoTopico(models.Model):
    """Uma etiqueta posta num tópico.

    Dados pessoais: nenhum.
    """

    topico = models.ForeignKey("participen.Topico", on_delete=models.CASCADE, related_name="+", db_index=False)
    etiqueta = models.ForeignKey("participen.Etiqueta", on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name, verbose_name_plural = "etiqueta do tópico", "etiquetas dos tópicos"
        constraints = [models.UniqueConstraint(fields=["topico", "etiqueta"], name="etiqueta_uma_vez_no_topico")]

    def __str__(self) -> str:
        return f"etiqueta {self.etiqueta_id} em {self.topico_id}"


class Publicacao(models.Model):
    """O que uma pessoa escreveu: a que abre o tópico, e cada resposta.

    Dados pessoais: quem escreveu e o órgão que disse ser o seu, à vista de todos; o texto pode trazer outros.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    topico = models.ForeignKey("participen.Topico", on_delete=models.PROTECT, related_name="+", db_index=False)
    abre = models.BooleanField(default=False, help_text="Se é a que abre o tópico.")
    autor = models.ForeignKey("identidade.Pessoa", on_delete=models.PROTECT, related_name="+")
    orgao = models.ForeignKey("identidade.Orgao", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    texto = models.TextField(max_length=TEXTO_MAXIMO, help_text="Markdown.")
    situacao = models.CharField("situação", max_length=10, choices=SituacaoDaPublicacao)
    declarada = models.BooleanField(
        default=False, help_text="O texto parecia ter dados pessoais ou senhas, e quem escreveu declarou que não."
    )
    envio = models.UUIDField(unique=True, help_text="Sorteado por quem escreve; repetido, não publica de novo.")
    em = models.DateTimeField()
    alterada_em = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = "publicação", "publicações"
        constraints = [
            models.UniqueConstraint(fields=["topico"], condition=Q(abre=True), name="topico_aberto_por_uma_publicacao")
        ]
        indexes = [
            models.Index("topico", "id", name="publicacao_por_topico"),
            models.Index("id", name="publicacao_que_espera", condition=Q(situacao="aguarda")),
        ]

    def __str__(self) -> str:
        return f"publicação {self.pk}"

    @property
    def publicada(self) -> bool:
        """Se todos a leem, estando o tópico à vista."""
        return self.situacao == SituacaoDaPublicacao.PUBLICADA


class VersaoDaPublicacao(models.Model):
    """O que uma publicação dizia antes de ser alterada; só quem escreveu e a moderação leem.

    Dados pessoais: os que o texto tinha, também os que se tiraram dele; some com a conta de quem escreveu.
    """

    publicacao = models.ForeignKey("participen.Publicacao", on_delete=models.PROTECT, related_name="+", db_index=False)
    numero = models.PositiveIntegerField("número")
    titulo = models.CharField("título", max_length=TITULO_MAXIMO, blank=True)
    contexto = models.TextField(max_length=CONTEXTO_MAXIMO, blank=True)
    texto = models.TextField(max_length=TEXTO_MAXIMO)
    ate = models.DateTimeField(help_text="Quando deixou de valer.")

    class Meta:
        verbose_name, verbose_name_plural = "versão da publicação", "versões das publicações"
        constraints = [models.UniqueConstraint(fields=["publicacao", "numero"], name="versao_da_publicacao_unica")]

    def __str__(self) -> str:
        return f"versão {self.numero} de {self.publicacao_id}"


class Ajuda(models.Model):
    """Uma pessoa disse que uma resposta ajudou.

    Dados pessoais: quem disse; só a contagem aparece.
    """

    publicacao = models.ForeignKey("participen.Publicacao", on_delete=models.PROTECT, related_name="+", db_index=False)
    pessoa = models.ForeignKey("identidade.Pessoa", on_delete=models.PROTECT, related_name="+")
    em = models.DateTimeField()

    class Meta:
        verbose_name, verbose_name_plural = "ajuda", "ajudas"
        constraints = [models.UniqueConstraint(fields=["publicacao", "pessoa"], name="ajuda_uma_por_pessoa")]

    def __str__(self) -> str:
        return f"ajuda {self.pk}"


class TextoDoTopico(models.Model):
    """As palavras de um tópico que todos leem, para achá-lo; o que espera ou está escondido não está aqui.

    Dados pessoais: os que estão no que se escreveu, como palavras soltas.
    """

    topico = models.OneToOneField("participen.Topico", primary_key=True, on_delete=models.PROTECT, related_name="+")
    titulo = models.CharField(max_length=TITULO_MAXIMO, help_text="Sem acentos, para comparar letra a letra.")
    vetor = SearchVectorField(help_text="Pesos: A, o título e as etiquetas; B, a abertura; C, as respostas.")

    class Meta:
        verbose_name, verbose_name_plural = "texto do tópico", "textos dos tópicos"
        indexes = [
            GinIndex(fields=["vetor"], name="texto_do_topico_por_palavra"),
            GinIndex(fields=["titulo"], opclasses=["gin_trgm_ops"], name="texto_do_topico_parecido"),
        ]

    def __str__(self) -> str:
        return f"texto de {self.topico_id}"
