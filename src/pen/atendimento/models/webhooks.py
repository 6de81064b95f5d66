from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from pen.atendimento.enums import MotivoDaPausa, Passo, SituacaoDaEntrega
from pen.comum.identificadores import uuid7


class Inscricao(models.Model):
    """Um endereço que uma pessoa quer avisado dos passos dos chamados que ela vê; com equipe, dos chamados da equipe.

    Dados pessoais: de quem é; o endereço pode trazer o que a pessoa escreveu nele. O segredo fica cifrado.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    dono = models.ForeignKey("identidade.Pessoa", on_delete=models.PROTECT, related_name="+")
    endereco = models.CharField("endereço", max_length=500)
    segredo = models.CharField(max_length=300, blank=True, help_text="Cifrado; vazio depois de excluída.")
    segredo_anterior = models.CharField(max_length=300, blank=True, help_text="Cifrado; o de antes da última troca.")
    anterior_ate = models.DateTimeField(
        "anterior até", null=True, blank=True, help_text="Até quando também se assina com ele."
    )
    eventos = ArrayField(
        models.CharField(max_length=20, choices=Passo), default=list, blank=True, help_text="Vazio: todos."
    )
    equipe = models.ForeignKey(
        "atendimento.Equipe", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    ativa = models.BooleanField(default=True)
    falhas = models.PositiveIntegerField(default=0, help_text="Seguidas.")
    falhando_desde = models.DateTimeField(null=True, blank=True)
    criada_em = models.DateTimeField()
    pausada_em = models.DateTimeField(null=True, blank=True)
    motivo = models.CharField(max_length=10, choices=MotivoDaPausa, blank=True)
    excluida_em = models.DateTimeField("excluída em", null=True, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = "inscrição", "inscrições"
        constraints = [
            models.CheckConstraint(
                condition=Q(ativa=True, pausada_em=None, excluida_em=None, motivo="")
                | Q(ativa=False) & (Q(excluida_em__isnull=False) | Q(pausada_em__isnull=False) & ~Q(motivo="")),
                name="inscricao_parada_diz_por_que",
            ),
            models.CheckConstraint(
                condition=Q(segredo_anterior="", anterior_ate=None)
                | ~Q(segredo_anterior="") & Q(anterior_ate__isnull=False),
                name="inscricao_segredo_anterior_tem_prazo",
            ),
            models.CheckConstraint(condition=Q(eventos__contained_by=Passo.values), name="inscricao_eventos_que_existem"),
        ]
        indexes = [
            models.Index(fields=["equipe"], condition=Q(ativa=True, equipe__isnull=False), name="inscricao_da_equipe"),
        ]

    def __str__(self) -> str:
        return f"webhook {self.pk}"


class Entrega(models.Model):
    """Um passo a contar a um endereço, ou um teste dele; nasce na transação do passo. Some em trinta dias.

    Dados pessoais: nenhum; o que se envia é escrito na hora de enviar.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    inscricao = models.ForeignKey(
        "atendimento.Inscricao", on_delete=models.PROTECT, related_name="+", db_index=False
    )  # fmt: skip
    passo = models.ForeignKey(
        "atendimento.PassoDoChamado", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False,
        help_text="Nulo: um teste.",
    )  # fmt: skip
    situacao = models.CharField("situação", max_length=10, choices=SituacaoDaEntrega, default=SituacaoDaEntrega.PENDENTE)
    tentativas = models.PositiveSmallIntegerField(default=0)
    criada_em = models.DateTimeField()
    proxima_em = models.DateTimeField(help_text="Não antes disto; enquanto alguém a envia, quando outro pode tomá-la.")
    ultimo_codigo = models.PositiveSmallIntegerField(null=True, blank=True, help_text="A situação HTTP da resposta.")
    ultimo_erro = models.CharField(max_length=100, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = "entrega", "entregas"
        constraints = [models.UniqueConstraint(fields=["inscricao", "passo"], name="entrega_unica_por_passo")]
        indexes = [
            models.Index(
                fields=["inscricao", "proxima_em"],
                condition=Q(situacao=SituacaoDaEntrega.PENDENTE),
                name="entrega_pendente",
            ),
            models.Index(fields=["inscricao", "-criada_em"], name="entrega_por_inscricao"),
            models.Index(fields=["criada_em"], name="entrega_por_idade"),
        ]

    def __str__(self) -> str:
        return f"entrega {self.pk}"

    @property
    def identificador(self) -> str:
        """O ``webhook-id``: o mesmo em toda tentativa, para que quem recebe descarte a repetida."""
        return f"msg_{self.pk.hex}"

    @property
    def evento(self) -> str:
        """O ``type`` do corpo."""
        return f"chamado.{self.passo.passo}" if self.passo else "webhook.teste"

    @property
    def espera(self) -> bool:
        """Se ainda se vai tentar."""
        return self.situacao == SituacaoDaEntrega.PENDENTE
