from django.db import models


class EnderecoDeResposta(models.Model):
    """O endereço sorteado com que uma pessoa responde por e-mail a um chamado.

    Dados pessoais: a quem o endereço foi dado.
    """

    chave = models.CharField(
        max_length=26, primary_key=True, help_text="128 bits em base32, minúsculas: cabe na parte local."
    )
    chamado = models.ForeignKey("atendimento.Chamado", on_delete=models.PROTECT, related_name="+")
    pessoa = models.ForeignKey("identidade.Pessoa", on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name, verbose_name_plural = "endereço de resposta", "endereços de resposta"
        constraints = [models.UniqueConstraint(fields=["chamado", "pessoa"], name="endereco_de_resposta_unico")]

    def __str__(self) -> str:
        return f"resposta ao chamado {self.chamado_id}"


class CorreioRecebido(models.Model):
    """Uma mensagem que chegou por e-mail e o que se fez com ela; do conteúdo, só o que virou passo.

    Dados pessoais: de quem era o endereço de resposta.
    """

    resumo = models.CharField(
        max_length=64, primary_key=True, help_text="SHA-256 do Message-ID, ou da mensagem, se não tem."
    )
    chamado = models.ForeignKey("atendimento.Chamado", on_delete=models.PROTECT, related_name="+")
    pessoa = models.ForeignKey("identidade.Pessoa", on_delete=models.PROTECT, related_name="+")
    destino = models.CharField(max_length=20)
    recebido_em = models.DateTimeField()

    class Meta:
        verbose_name, verbose_name_plural = "correio recebido", "correio recebido"
        indexes = [models.Index(fields=["chamado"], name="correio_por_chamado")]

    def __str__(self) -> str:
        return f"correio do chamado {self.chamado_id}"
