from django.db import models

REGRAS_MAXIMO = 20_000  # caracteres


class RegrasDeConvivencia(models.Model):
    """Uma versão das regras; a de maior número vale. A antiga fica: o que se decidiu por ela se explica por ela.

    Dados pessoais: quem a publicou, em função pública.
    """

    versao = models.PositiveIntegerField("versão", unique=True)
    texto = models.TextField(max_length=REGRAS_MAXIMO, help_text="Markdown.")
    publicadas_em = models.DateTimeField()
    por = models.ForeignKey("identidade.Pessoa", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name, verbose_name_plural = "regras de convivência", "regras de convivência"

    def __str__(self) -> str:
        return f"regras, versão {self.versao}"


class Aceite(models.Model):
    """Uma pessoa aceitou uma versão das regras.

    Dados pessoais: quem aceitou, e quando; some com a conta.
    """

    pessoa = models.ForeignKey("identidade.Pessoa", on_delete=models.PROTECT, related_name="+")
    regras = models.ForeignKey("participen.RegrasDeConvivencia", on_delete=models.PROTECT, related_name="+")
    em = models.DateTimeField()

    class Meta:
        verbose_name, verbose_name_plural = "aceite", "aceites"
        constraints = [models.UniqueConstraint(fields=["pessoa", "regras"], name="aceite_uma_vez_por_versao")]

    def __str__(self) -> str:
        return f"aceite {self.pk}"


class Participante(models.Model):
    """Quem participa do fórum, e o órgão que disse ser o seu.

    Dados pessoais: o órgão da pessoa, que aparece ao lado do nome; some com a conta.
    """

    pessoa = models.OneToOneField("identidade.Pessoa", primary_key=True, on_delete=models.PROTECT, related_name="+")
    orgao = models.ForeignKey("identidade.Orgao", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name, verbose_name_plural = "participante", "participantes"

    def __str__(self) -> str:
        return f"participante {self.pk}"


class PoliticaDeModeracao(models.Model):
    """Quantas publicações de uma pessoa a moderação lê antes de confiar nela; a mais nova vale.

    Dados pessoais: quem a adotou, em função pública.
    """

    ate_confiar = models.PositiveSmallIntegerField(help_text="Com zero, ninguém espera.")
    desde = models.DateTimeField()
    por = models.ForeignKey("identidade.Pessoa", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name, verbose_name_plural = "política de moderação", "políticas de moderação"

    def __str__(self) -> str:
        return f"política {self.pk}"
