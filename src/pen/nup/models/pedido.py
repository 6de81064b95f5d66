from django.db import models

from pen.comum.identificadores import uuid7
from pen.nup.enums.situacoes import Operacao, Passo, SituacaoDoPedido
from pen.nup.values.pedidos import ABERTAS


class Pedido(models.Model):
    """O que um órgão pede ao cadastro, do pedido à decisão. As regras estão em docs/dominio/cnup.md.

    Dados pessoais: quem pediu e quem decidiu, em função pública; na adesão, o contato institucional de quem pediu, que some
    com a conta da pessoa.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    operacao = models.CharField("operação", max_length=20, choices=Operacao)
    situacao = models.CharField("situação", max_length=15, choices=SituacaoDoPedido)
    orgao = models.ForeignKey("identidade.Orgao", on_delete=models.PROTECT, related_name="+", help_text="Por quem se pede.")
    orgao_gestor = models.ForeignKey(
        "identidade.Orgao", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        help_text="O órgão gestor que decide; na descentralização, o que pede; na migração, o de origem.",
    )  # fmt: skip
    destino = models.ForeignKey(
        "identidade.Orgao", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        help_text="Na migração, o órgão gestor que recebe a unidade.",
    )  # fmt: skip
    unidade = models.ForeignKey("nup.Unidade", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    dados = models.JSONField(default=dict, help_text="O que se pede, campo a campo.")
    motivo = models.CharField(max_length=1000)
    pedido_por = models.ForeignKey("identidade.Pessoa", on_delete=models.PROTECT, related_name="+")
    pedido_em = models.DateTimeField()
    prazo = models.DateTimeField(help_text="Até quando decidir, responder ou confirmar.")
    atraso_avisado_em = models.DateTimeField(null=True, blank=True)
    origem_confirmada_em = models.DateTimeField(null=True, blank=True)
    destino_confirmado_em = models.DateTimeField(null=True, blank=True)
    decidido_por = models.ForeignKey("identidade.Pessoa", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decidido_em = models.DateTimeField(null=True, blank=True)
    decisao = models.CharField("decisão", max_length=1000, blank=True)
    siorg_conferido = models.BooleanField(
        default=False, help_text="Quem deferiu conferiu que a unidade está ativa no SIORG."
    )

    class Meta:
        verbose_name, verbose_name_plural = "pedido ao CNUP", "pedidos ao CNUP"
        constraints = [
            models.UniqueConstraint(
                fields=["unidade"], condition=models.Q(situacao__in=ABERTAS), name="pedido_aberto_unico_por_unidade"
            ),
            models.UniqueConstraint(
                fields=["orgao", "operacao"],
                condition=models.Q(situacao__in=ABERTAS, operacao__in=[Operacao.ADESAO, Operacao.DESCENTRALIZACAO]),
                name="pedido_aberto_unico_por_orgao",
            ),
            models.CheckConstraint(
                condition=models.Q(operacao=Operacao.MIGRACAO, destino__isnull=False)
                | ~models.Q(operacao=Operacao.MIGRACAO) & models.Q(destino=None),
                name="pedido_so_migracao_tem_destino",
            ),
            models.CheckConstraint(
                condition=~models.Q(situacao=SituacaoDoPedido.EM_CONFIRMACAO) | models.Q(operacao=Operacao.MIGRACAO),
                name="pedido_so_migracao_se_confirma",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    operacao__in=[Operacao.ADESAO, Operacao.CADASTRO, Operacao.DESCENTRALIZACAO]
                )
                | models.Q(unidade__isnull=False),
                name="pedido_sobre_unidade_tem_unidade",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["orgao", "-id"], name="pedido_por_orgao"),
            models.Index(fields=["orgao_gestor", "-id"], name="pedido_por_orgao_gestor"),
            models.Index(fields=["pedido_por", "-id"], name="pedido_por_pessoa"),
            models.Index(fields=["prazo"], condition=models.Q(situacao__in=ABERTAS), name="pedido_aberto_por_prazo"),
        ]

    def __str__(self) -> str:
        return f"{self.operacao} ({self.situacao})"

    @property
    def aberto(self) -> bool:
        """Se ainda se espera algo."""
        return self.situacao in ABERTAS


class PassoDoPedido(models.Model):
    """Um passo na história de um pedido; ``passo`` vazio é o próprio pedido.

    Dados pessoais: quem deu o passo, em função pública.
    """

    pedido = models.ForeignKey("nup.Pedido", on_delete=models.PROTECT, related_name="+")
    passo = models.CharField(max_length=10, choices=Passo, blank=True)
    por = models.ForeignKey("identidade.Pessoa", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    em = models.DateTimeField()
    texto = models.CharField(max_length=1000, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = "passo do pedido", "passos do pedido"
        indexes = [models.Index(fields=["pedido", "id"], name="passo_por_pedido")]

    def __str__(self) -> str:
        return self.passo or "pedido"


class Anexo(models.Model):
    """Um documento que acompanha o pedido, guardado no banco.

    Dados pessoais: pode trazer nomes e assinaturas (portarias); só quem vê o pedido o baixa.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    pedido = models.ForeignKey("nup.Pedido", on_delete=models.PROTECT, related_name="+")
    nome = models.CharField(max_length=150)
    formato = models.CharField(max_length=20, help_text="O tipo de mídia, pelo conteúdo.")
    tamanho = models.PositiveIntegerField(help_text="Em bytes.")
    conteudo = models.BinaryField()
    por = models.ForeignKey("identidade.Pessoa", on_delete=models.PROTECT, related_name="+")
    em = models.DateTimeField()

    class Meta:
        verbose_name, verbose_name_plural = "anexo do pedido", "anexos do pedido"
        indexes = [models.Index(fields=["pedido"], name="anexo_por_pedido")]

    def __str__(self) -> str:
        return f"anexo de {self.pedido_id}"
