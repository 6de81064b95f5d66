from django.db import models
from django.db.models import Q

from pen.comum.identificadores import uuid7
from pen.participen.enums import AtoDeModeracao, Motivo

RAZAO_MAXIMO = 1_000  # caracteres


class Decisao(models.Model):
    """O que a moderação decidiu sobre uma publicação, e por quê; nunca muda.

    Dados pessoais: quem decidiu, em função pública; a razão pode citar o que se escreveu.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    publicacao = models.ForeignKey("participen.Publicacao", on_delete=models.PROTECT, related_name="+")
    ato = models.CharField(max_length=10, choices=AtoDeModeracao)
    motivo = models.CharField(max_length=12, choices=Motivo, blank=True)
    razao = models.CharField("razão", max_length=RAZAO_MAXIMO, blank=True)
    por = models.ForeignKey("identidade.Pessoa", on_delete=models.PROTECT, related_name="+")
    em = models.DateTimeField()

    class Meta:
        verbose_name, verbose_name_plural = "decisão", "decisões"
        constraints = [
            models.CheckConstraint(
                condition=~Q(ato=AtoDeModeracao.ESCONDER) | ~Q(motivo="") & ~Q(razao=""), name="esconder_diz_por_que"
            )
        ]

    def __str__(self) -> str:
        return f"decisão {self.pk}"


class Denuncia(models.Model):
    """Uma pessoa disse que uma publicação fere uma regra; fica aberta até uma decisão.

    Dados pessoais: quem denunciou, que só a moderação sabe; o texto pode trazer outros.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    publicacao = models.ForeignKey("participen.Publicacao", on_delete=models.PROTECT, related_name="+")
    por = models.ForeignKey("identidade.Pessoa", on_delete=models.PROTECT, related_name="+")
    motivo = models.CharField(max_length=12, choices=Motivo)
    texto = models.CharField(max_length=RAZAO_MAXIMO, blank=True)
    em = models.DateTimeField()
    decisao = models.ForeignKey(
        "participen.Decisao", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # fmt: skip

    class Meta:
        verbose_name, verbose_name_plural = "denúncia", "denúncias"
        constraints = [
            models.UniqueConstraint(
                fields=["publicacao", "por"], condition=Q(decisao=None), name="denuncia_aberta_uma_por_pessoa"
            )
        ]
        indexes = [models.Index("id", name="denuncia_aberta", condition=Q(decisao=None))]

    def __str__(self) -> str:
        return f"denúncia {self.pk}"


class Recurso(models.Model):
    """O autor pede que outra pessoa da moderação reveja uma decisão; uma vez.

    Dados pessoais: o que o autor escreveu; quem julgou, em função pública.
    """

    decisao = models.OneToOneField("participen.Decisao", primary_key=True, on_delete=models.PROTECT, related_name="+")
    texto = models.CharField(max_length=RAZAO_MAXIMO)
    em = models.DateTimeField()
    aceito = models.BooleanField(null=True, blank=True, help_text="Nulo enquanto não se julga.")
    resposta = models.CharField(max_length=RAZAO_MAXIMO, blank=True)
    julgado_por = models.ForeignKey("identidade.Pessoa", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    julgado_em = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = "recurso", "recursos"
        constraints = [
            models.CheckConstraint(
                condition=Q(aceito=None, julgado_em=None, julgado_por=None, resposta="")
                | Q(aceito__isnull=False, julgado_em__isnull=False, julgado_por__isnull=False) & ~Q(resposta=""),
                name="recurso_julgado_tem_resposta",
            )
        ]

    def __str__(self) -> str:
        return f"recurso de {self.decisao_id}"
