from datetime import datetime

from django.db import models

from pen.comum.identificadores import uuid7
from pen.protocolo_integrado.enums import SistemaDoOrgao, SituacaoDaAdesao, Visibilidade

EM_TESTES = [SituacaoDaAdesao.EM_HOMOLOGACAO, SituacaoDaAdesao.EM_CONFERENCIA]
ABERTAS = [SituacaoDaAdesao.PEDIDA, *EM_TESTES]


class Adesao(models.Model):
    """O pedido de um órgão para enviar, do pedido à credencial de produção. As regras estão em docs/dominio/adesao.md.

    Dados pessoais: quem pediu e quem analisou, em função pública; cargo, e-mail institucional e telefone do responsável,
    para a equipe central e o próprio órgão. Contatos são apagados com a conta da pessoa.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    orgao = models.ForeignKey("identidade.Orgao", on_delete=models.PROTECT, related_name="+")
    responsavel = models.ForeignKey("identidade.Pessoa", on_delete=models.PROTECT, related_name="+")
    cargo = models.CharField(max_length=100)
    portaria = models.CharField(max_length=200, help_text="Número e data da portaria que designa o responsável.")
    email = models.EmailField("e-mail institucional", blank=True)
    telefone = models.CharField(max_length=30, blank=True)
    sistema = models.CharField(max_length=10, choices=SistemaDoOrgao)
    sistema_nome = models.CharField(max_length=100, blank=True)
    situacao = models.CharField(max_length=15, choices=SituacaoDaAdesao, default=SituacaoDaAdesao.PEDIDA)
    pedida_em = models.DateTimeField()
    em_homologacao_em = models.DateTimeField(null=True, blank=True)
    em_conferencia_em = models.DateTimeField(null=True, blank=True)
    concluida_em = models.DateTimeField(null=True, blank=True)
    recusada_em = models.DateTimeField(null=True, blank=True)
    cancelada_em = models.DateTimeField(null=True, blank=True)
    analisada_por = models.ForeignKey(
        "identidade.Pessoa", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    motivo_da_recusa = models.CharField(max_length=1000, blank=True)
    pendencia = models.CharField(max_length=1000, blank=True, help_text="O que a equipe central pediu ao devolver.")
    motivo_da_dispensa = models.CharField(max_length=1000, blank=True, help_text="Por que aprovou com item em falta.")
    papel_dado = models.BooleanField(default=False, help_text="A aprovação deu a gestão a quem não a tinha.")
    credencial_homologacao = models.ForeignKey(
        "identidade.CredencialDeSistema", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    credencial_producao = models.ForeignKey(
        "identidade.CredencialDeSistema", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name, verbose_name_plural = "adesão", "adesões"
        constraints = [
            models.UniqueConstraint(
                fields=["orgao"], condition=models.Q(situacao__in=ABERTAS), name="adesao_uma_aberta_por_orgao"
            ),
            models.CheckConstraint(
                condition=~models.Q(situacao=SituacaoDaAdesao.RECUSADA)
                | (models.Q(recusada_em__isnull=False) & ~models.Q(motivo_da_recusa="")),
                name="adesao_recusada_tem_motivo_e_instante",
            ),
            models.CheckConstraint(
                condition=~models.Q(situacao=SituacaoDaAdesao.CONCLUIDA)
                | models.Q(concluida_em__isnull=False, analisada_por__isnull=False),
                name="adesao_concluida_tem_instante_e_quem_aprovou",
            ),
            models.CheckConstraint(
                condition=models.Q(credencial_producao=None) | models.Q(situacao=SituacaoDaAdesao.CONCLUIDA),
                name="adesao_producao_so_depois_de_concluida",
            ),
            models.CheckConstraint(
                condition=~models.Q(sistema=SistemaDoOrgao.OUTRO) | ~models.Q(sistema_nome=""),
                name="adesao_outro_sistema_tem_nome",
            ),
        ]
        indexes = [models.Index(fields=["situacao", "id"], name="adesao_por_situacao")]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def aberta(self) -> bool:
        """Se ainda pode andar."""
        return self.situacao in ABERTAS

    @property
    def em_testes(self) -> bool:
        """Se foi aprovada e o órgão ainda testa o envio."""
        return self.situacao in EM_TESTES

    @property
    def nome_do_sistema(self) -> str:
        """O sistema, como a pessoa o chamou."""
        return self.sistema_nome or SistemaDoOrgao(self.sistema).label

    def passar_a(self, situacao: SituacaoDaAdesao, em: datetime) -> None:
        """Muda a situação e anota o instante dela; quem confere se cabe é o serviço."""
        self.situacao = situacao
        setattr(self, f"{situacao.value}_em", em)


class AmostraDeHomologacao(models.Model):
    """O mínimo de um protocolo aceito em homologação, para a conferência; o resto da remessa não é guardado.

    Dados pessoais: nenhum.
    """

    pk = models.CompositePrimaryKey("orgao_id", "numero")
    orgao = models.ForeignKey("identidade.Orgao", on_delete=models.PROTECT, related_name="+", db_index=False)
    numero = models.CharField(max_length=50, db_collation="C")
    forma = models.CharField(max_length=16)
    veredito = models.CharField(max_length=20)
    envios = models.PositiveIntegerField(help_text="Em quantas remessas veio.")
    movimentos = models.PositiveIntegerField(help_text="Quantos vieram no envio que trouxe mais.")
    sem_unidade = models.PositiveIntegerField(help_text="Quantos movimentos do último envio não dizem a unidade.")
    datas_ok = models.BooleanField(help_text="Produção não é depois do movimento mais antigo, e nada está no futuro.")
    restritos = models.PositiveIntegerField(help_text="Quantos textos falam em restrito ou sigiloso.")
    nivel = models.PositiveSmallIntegerField(
        null=True, choices=Visibilidade, help_text="O mais alto que os textos sugerem."
    )
    recebida_em = models.DateTimeField()

    class Meta:
        verbose_name, verbose_name_plural = "amostra de homologação", "amostras de homologação"

    def __str__(self) -> str:
        return self.numero
