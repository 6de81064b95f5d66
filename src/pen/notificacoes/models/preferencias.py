from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from pen.comum.identificadores import uuid7
from pen.notificacoes.enums import Frequencia


class Preferencias(models.Model):
    """Como uma pessoa quer ser avisada; quem nunca escolheu não tem linha e vale o padrão.

    Dados pessoais: as escolhas e, se a pessoa informou, o telefone.
    """

    pessoa = models.OneToOneField("identidade.Pessoa", primary_key=True, on_delete=models.PROTECT, related_name="+")
    frequencia = models.CharField(max_length=10, choices=Frequencia, default=Frequencia.IMEDIATA)
    pausado_em = models.DateTimeField(null=True, blank=True)
    correio = models.BooleanField(default=True)
    push = models.BooleanField(default=True)
    webhook = models.BooleanField(default=False)
    telefone = models.CharField(max_length=16, blank=True, help_text="E.164: +5561999998888")

    class Meta:
        verbose_name, verbose_name_plural = "preferências", "preferências"
        constraints = [
            models.CheckConstraint(
                condition=Q(telefone="") | Q(telefone__regex=r"^\+[1-9][0-9]{7,14}$"), name="preferencias_telefone_e164"
            ),
            models.CheckConstraint(condition=Q(webhook=False) | ~Q(telefone=""), name="preferencias_webhook_pede_telefone"),
        ]

    def __str__(self) -> str:
        return f"preferências de {self.pessoa_id}"


class InscricaoPush(models.Model):
    """Um navegador em que a pessoa aceitou receber avisos.

    Dados pessoais: o endereço do navegador no serviço de push e as chaves dele; somem quando ela remove o aparelho, ou sai
    dele.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    pessoa = models.ForeignKey("identidade.Pessoa", on_delete=models.PROTECT, related_name="+")
    endpoint = models.CharField(max_length=1000, db_collation="C")
    p256dh = models.CharField(max_length=100)
    auth = models.CharField(max_length=40)
    aparelho = models.CharField(max_length=60, blank=True)
    da_entrada = models.UUIDField(
        null=True, blank=True, help_text="A entrada (identidade) em que foi inscrito: terminada, a inscrição some com ela."
    )
    criada_em = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name, verbose_name_plural = "inscrição de push", "inscrições de push"
        constraints = [
            models.UniqueConstraint(fields=["endpoint"], name="inscricao_push_de_um_navegador_so"),
            models.CheckConstraint(condition=Q(endpoint__startswith="https://"), name="inscricao_push_e_https"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class EnderecoRecusado(models.Model):
    """Um e-mail que o servidor de destino recusou de modo permanente; nada mais vai para ele enquanto a linha existir.

    Dados pessoais: de quem é; o endereço só como HMAC e a resposta do servidor sem endereços.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    pessoa = models.ForeignKey("identidade.Pessoa", on_delete=models.PROTECT, related_name="+", db_index=False)
    endereco_hash = models.CharField(max_length=64)
    recusado_em = models.DateTimeField()
    codigo = models.CharField(max_length=40)
    motivo = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = "endereço recusado", "endereços recusados"
        constraints = [
            models.UniqueConstraint(fields=["pessoa", "endereco_hash"], name="endereco_recusado_unico"),
        ]

    def __str__(self) -> str:
        return f"{self.codigo} ({self.pessoa_id})"
