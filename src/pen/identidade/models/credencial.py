from django.db import models
from django.db.models.functions import Now

from pen.comum.identificadores import uuid7
from pen.identidade.enums import Ambiente, Finalidade, SituacaoDaCredencial


class CredencialDeSistema(models.Model):
    """O segredo com que um sistema do órgão se apresenta; um órgão pode ter várias, para trocar sem parar.

    Dados pessoais: nenhum. O segredo só existe aqui como hash: Argon2id, e um HMAC com a chave da instalação, que se confere em
    microssegundos e basta, porque o segredo é sorteado.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    orgao = models.ForeignKey("identidade.Orgao", on_delete=models.PROTECT, related_name="+")
    finalidade = models.CharField(max_length=10, choices=Finalidade, default=Finalidade.ENVIO)
    ambiente = models.CharField(max_length=12, choices=Ambiente)
    segredo = models.CharField(max_length=200)
    digesto = models.BinaryField(max_length=32, null=True, help_text="Vazio nas antigas, até o primeiro uso.")
    situacao = models.CharField(max_length=10, choices=SituacaoDaCredencial, default=SituacaoDaCredencial.ATIVA)
    criada_em = models.DateTimeField(db_default=Now())
    revogada_em = models.DateTimeField(null=True, blank=True)
    ultimo_uso_em = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = "credencial de sistema", "credenciais de sistema"
        constraints = [
            models.CheckConstraint(condition=models.Q(segredo__startswith="argon2"), name="credencial_guarda_so_hash"),
            models.CheckConstraint(
                condition=~models.Q(finalidade=Finalidade.NUMERACAO) | models.Q(ambiente=Ambiente.PRODUCAO),
                name="credencial_numera_so_em_producao",
            ),
            models.CheckConstraint(
                condition=models.Q(situacao=SituacaoDaCredencial.ATIVA, revogada_em=None)
                | models.Q(situacao=SituacaoDaCredencial.REVOGADA, revogada_em__isnull=False),
                name="credencial_revogada_tem_data",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.orgao_id} ({self.finalidade}, {self.ambiente})"
