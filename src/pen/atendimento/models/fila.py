from django.db import models


class FiltroGuardado(models.Model):
    """Um filtro da fila com nome, de quem o guardou.

    Dados pessoais: de quem é; o nome e o filtro podem ter o que a pessoa escreveu.
    """

    pessoa = models.ForeignKey("identidade.Pessoa", on_delete=models.PROTECT, related_name="+")
    nome = models.CharField(max_length=60)
    consulta = models.CharField(max_length=500, help_text="Os parâmetros do endereço da fila.")

    class Meta:
        verbose_name, verbose_name_plural = "filtro guardado", "filtros guardados"
        ordering = ["nome"]
        constraints = [models.UniqueConstraint(fields=["pessoa", "nome"], name="filtro_guardado_unico")]

    def __str__(self) -> str:
        return self.nome


class Presenca(models.Model):
    """Quem está com um chamado aberto na tela agora, e o que já escreveu da resposta. Vive minutos; a resposta, dias.

    Dados pessoais: quem olha; o texto pode trazer dados de quem escreveu.
    """

    chamado = models.ForeignKey("atendimento.Chamado", on_delete=models.PROTECT, related_name="+")
    pessoa = models.ForeignKey("identidade.Pessoa", on_delete=models.PROTECT, related_name="+")
    vista_em = models.DateTimeField()
    passo = models.CharField(max_length=20, blank=True, help_text="O que está escrevendo; vazio, só olha.")
    texto = models.TextField(blank=True)

    class Meta:
        verbose_name, verbose_name_plural = "presença", "presenças"
        constraints = [models.UniqueConstraint(fields=["chamado", "pessoa"], name="presenca_unica")]
        indexes = [models.Index(fields=["vista_em"], name="presenca_por_idade")]

    def __str__(self) -> str:
        return f"pessoa {self.pessoa_id} com {self.chamado_id}"
