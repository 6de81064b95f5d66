from django.db import models

from pen.atendimento.enums import EspecieDeManifestacao, SituacaoDaManifestacao
from pen.comum.identificadores import uuid7


class Manifestacao(models.Model):
    """Uma sugestão, uma reclamação ou um elogio: não é pedido de ajuda, e quem atende não a trata, a equipe central sim.

    Dados pessoais: quem se manifestou e quem respondeu; o texto pode trazer dados de quem escreveu.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    envio = models.UUIDField(unique=True, help_text="Sorteado com a página: enviar duas vezes grava uma só.")
    protocolo = models.CharField(max_length=24, unique=True)
    chave = models.CharField(max_length=22, unique=True, help_text="A parte sorteada do endereço.")
    especie = models.CharField("espécie", max_length=10, choices=EspecieDeManifestacao)
    pessoa = models.ForeignKey("identidade.Pessoa", on_delete=models.PROTECT, related_name="+")
    produto = models.ForeignKey("conhecimento.Produto", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    chamado = models.ForeignKey("atendimento.Chamado", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    texto = models.TextField(max_length=10_000)
    situacao = models.CharField(
        "situação", max_length=12, choices=SituacaoDaManifestacao, default=SituacaoDaManifestacao.RECEBIDA
    )  # fmt: skip
    recebida_em = models.DateTimeField()
    prazo = models.DateTimeField()
    resposta = models.TextField(max_length=10_000, blank=True)
    respondida_em = models.DateTimeField(null=True, blank=True)
    por = models.ForeignKey("identidade.Pessoa", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name, verbose_name_plural = "manifestação", "manifestações"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(situacao=SituacaoDaManifestacao.RECEBIDA, respondida_em=None)
                | ~models.Q(situacao=SituacaoDaManifestacao.RECEBIDA) & models.Q(respondida_em__isnull=False),
                name="manifestacao_tratada_tem_data",
            ),
        ]
        indexes = [
            models.Index(fields=["pessoa", "-id"], name="manifestacao_por_pessoa"),
            models.Index(fields=["situacao", "prazo"], name="manifestacao_por_prazo"),
        ]

    def __str__(self) -> str:
        return self.protocolo
