from django.db import models

from pen.comum.identificadores import uuid7
from pen.nup.enums.situacoes import SituacaoDaConferencia


class ConferenciaEmLote(models.Model):
    """Uma planilha que alguém enviou para conferir, e o resultado. O ``id`` é a permissão: quem o tem vê, baixa e exclui.

    Dados pessoais: o que houver na planilha, que pode ser qualquer coisa; a origem do pedido, só como resumo com chave. Tudo some
    24 horas depois do envio, ou antes, se alguém excluir.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    situacao = models.CharField(
        "situação", max_length=10, choices=SituacaoDaConferencia, default=SituacaoDaConferencia.ESPERANDO
    )
    nome = models.CharField(max_length=150, help_text="O nome do arquivo enviado.")
    formato = models.CharField(max_length=4, help_text="csv ou xlsx, pelo conteúdo.")
    aba = models.CharField(max_length=100, blank=True, help_text="A que se leu, no XLSX.")
    tamanho = models.PositiveIntegerField(help_text="Em bytes, do que foi enviado.")
    enviado = models.BinaryField()
    colunas = models.JSONField(help_text="Os nomes das colunas.")
    coluna = models.PositiveSmallIntegerField(help_text="A posição da que se confere, a partir de 0.")
    tem_cabecalho = models.BooleanField("tem cabeçalho")
    total = models.PositiveIntegerField(help_text="Linhas por conferir; até a conferência começar, no máximo.")
    feitas = models.PositiveIntegerField(default=0)
    contagem = models.JSONField(default=dict, help_text="Quantas linhas deram cada veredito, e quantas estavam vazias.")
    resultado = models.BinaryField(null=True)
    motivo = models.CharField(max_length=300, blank=True, help_text="Por que foi recusada.")
    rodada = models.PositiveIntegerField(default=0, help_text="Só quem tem a rodada corrente grava.")
    tentativas = models.PositiveSmallIntegerField(default=0, help_text="Vezes que se começou a conferir esta coluna.")
    origem = models.CharField(max_length=64, db_collation="C", help_text="Resumo, com chave, do endereço de rede.")
    criada_em = models.DateTimeField()
    mexida_em = models.DateTimeField(help_text="O último sinal de vida de quem confere.")

    class Meta:
        verbose_name, verbose_name_plural = "conferência em lote", "conferências em lote"
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(situacao=SituacaoDaConferencia.PRONTA) | models.Q(resultado__isnull=False),
                name="conferencia_pronta_tem_resultado",
            ),
            models.CheckConstraint(condition=models.Q(feitas__lte=models.F("total")), name="conferencia_feitas_ate_total"),
        ]
        indexes = [
            models.Index(fields=["criada_em"], name="conferencia_por_idade"),
            models.Index(fields=["origem"], name="conferencia_por_origem"),
        ]

    def __str__(self) -> str:
        return f"{self.situacao}: {self.feitas} de {self.total}"
