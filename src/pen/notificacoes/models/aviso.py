from django.db import models
from django.db.models import Q

from pen.comum.identificadores import uuid7
from pen.notificacoes.enums import CanalDeAviso, Ritmo, SituacaoDaMensagem, SituacaoDoAviso


class Aviso(models.Model):
    """Um pedido de dizer algo a uma pessoa, gravado na transação de quem pede (caixa de saída).

    Dados pessoais: a quem se avisa e identificadores do que aconteceu; o texto não é guardado. Some em um ano.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    pessoa = models.ForeignKey("identidade.Pessoa", on_delete=models.PROTECT, related_name="+", db_index=False)
    tipo = models.CharField(max_length=60, db_collation="C", help_text="O redator que escreve este aviso.")
    chave = models.CharField(max_length=200, db_collation="C")
    dados = models.JSONField(default=dict)
    urgente = models.BooleanField(default=False)
    ritmo = models.CharField(max_length=10, choices=Ritmo, default=Ritmo.IMEDIATO, db_default=Ritmo.IMEDIATO)
    situacao = models.CharField(max_length=10, choices=SituacaoDoAviso, default=SituacaoDoAviso.PENDENTE)
    criado_em = models.DateTimeField()
    devido_em = models.DateTimeField(help_text="Quando deve sair.")
    lote = models.UUIDField(null=True, help_text="Os avisos que saem juntos; o mesmo das mensagens que os levam.")

    class Meta:
        verbose_name, verbose_name_plural = "aviso", "avisos"
        constraints = [
            models.UniqueConstraint(fields=["pessoa", "tipo", "chave"], name="aviso_unico_por_pessoa_tipo_e_chave"),
            models.CheckConstraint(
                condition=~Q(situacao=SituacaoDoAviso.AGRUPADO) | Q(lote__isnull=False), name="aviso_agrupado_tem_lote"
            ),
            models.CheckConstraint(
                condition=~Q(situacao=SituacaoDoAviso.PENDENTE) | Q(lote=None), name="aviso_pendente_nao_tem_lote"
            ),
        ]
        indexes = [
            models.Index(
                "devido_em", "pessoa", name="aviso_por_vencimento", condition=Q(situacao=SituacaoDoAviso.PENDENTE)
            ),
            models.Index("lote", name="aviso_por_lote", condition=Q(lote__isnull=False)),
            models.Index("criado_em", name="aviso_por_criacao"),
        ]

    def __str__(self) -> str:
        return f"{self.tipo} {self.pk}"


class Mensagem(models.Model):
    """A entrega de um lote de avisos a uma pessoa, por um canal.

    Dados pessoais: a quem, quando e o assunto do que lhe foi enviado; o endereço só como HMAC. Some em um ano.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    pessoa = models.ForeignKey("identidade.Pessoa", on_delete=models.PROTECT, related_name="+", db_index=False)
    canal = models.CharField(max_length=10, choices=CanalDeAviso)
    lote = models.UUIDField()
    urgente = models.BooleanField(default=False)
    situacao = models.CharField(max_length=10, choices=SituacaoDaMensagem, default=SituacaoDaMensagem.PENDENTE)
    assunto = models.CharField(max_length=200, blank=True)
    endereco_hash = models.CharField(max_length=64, blank=True, help_text="HMAC do endereço para onde foi.")
    tentativas = models.PositiveSmallIntegerField(default=0)
    criada_em = models.DateTimeField()
    proxima_em = models.DateTimeField(help_text="Não antes disto.")
    enviada_em = models.DateTimeField(null=True, blank=True)
    erro_codigo = models.CharField(max_length=40, blank=True)
    erro_texto = models.CharField(max_length=200, blank=True, help_text="O que o outro lado disse, sem endereços.")

    class Meta:
        verbose_name, verbose_name_plural = "mensagem", "mensagens"
        constraints = [
            models.UniqueConstraint(fields=["lote", "canal"], name="mensagem_unica_por_lote_e_canal"),
            models.CheckConstraint(
                condition=~Q(situacao=SituacaoDaMensagem.ENVIADA) | Q(enviada_em__isnull=False),
                name="mensagem_enviada_tem_instante",
            ),
            models.CheckConstraint(
                condition=~Q(situacao=SituacaoDaMensagem.FALHOU) | ~Q(erro_codigo=""),
                name="mensagem_que_falhou_diz_por_que",
            ),
        ]
        indexes = [
            models.Index(
                "canal", models.F("urgente").desc(), "proxima_em", name="mensagem_a_enviar",
                condition=Q(situacao=SituacaoDaMensagem.PENDENTE),
            ),
            models.Index("pessoa", models.F("id").desc(), name="mensagem_por_pessoa"),
            models.Index("criada_em", "pessoa", name="mensagem_por_criacao"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.canal} {self.pk}"
