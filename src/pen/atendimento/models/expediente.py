from django.db import models

from pen.atendimento.enums import Relogio

DIA_INTEIRO = 24 * 60
DIAS = [(0, "segunda-feira"), (1, "terça-feira"), (2, "quarta-feira"), (3, "quinta-feira"), (4, "sexta-feira"),
        (5, "sábado"), (6, "domingo")]  # fmt: skip


class Periodo(models.Model):
    """Um período de expediente de um dia da semana; minutos desde a meia-noite de Brasília, até 1440.

    Dados pessoais: nenhum.
    """

    dia = models.PositiveSmallIntegerField("dia da semana", choices=DIAS)
    inicio = models.PositiveSmallIntegerField()
    fim = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name, verbose_name_plural = "período do expediente", "períodos do expediente"
        ordering = ["dia", "inicio"]
        constraints = [
            models.CheckConstraint(condition=models.Q(dia__lte=6), name="periodo_dia_da_semana"),
            models.CheckConstraint(
                condition=models.Q(inicio__lt=models.F("fim"), fim__lte=DIA_INTEIRO), name="periodo_comeca_antes_de_acabar"
            ),
            models.UniqueConstraint(fields=["dia", "inicio"], name="periodo_unico"),
        ]

    def __str__(self) -> str:
        return f"{self.get_dia_display()}, {self.inicio} a {self.fim}"


class DiaSemExpediente(models.Model):
    """Um feriado, ponto facultativo ou suspensão: o dia todo, ou uma parte, em minutos de Brasília.

    Dados pessoais: nenhum.
    """

    dia = models.DateField()
    inicio = models.PositiveSmallIntegerField(default=0)
    fim = models.PositiveSmallIntegerField(default=DIA_INTEIRO)
    nome = models.CharField(max_length=120)
    ato = models.CharField(max_length=200, blank=True, help_text="A norma que o criou; vazio enquanto é só previsto.")

    class Meta:
        verbose_name, verbose_name_plural = "dia sem expediente", "dias sem expediente"
        ordering = ["dia", "inicio"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(inicio__lt=models.F("fim"), fim__lte=DIA_INTEIRO), name="dia_comeca_antes_de_acabar"
            ),
            models.UniqueConstraint(fields=["dia", "inicio"], name="dia_sem_expediente_unico"),
        ]

    def __str__(self) -> str:
        return f"{self.dia} ({self.nome})"


class PoliticaDeSilencio(models.Model):
    """Quanto se espera por quem abriu, e com que lembretes; vale a mais nova.

    Dados pessoais: quem a mudou, em função pública.
    """

    relogio = models.CharField(max_length=10, choices=Relogio, default=Relogio.CORRIDO)
    horas = models.PositiveSmallIntegerField(default=72)
    lembretes = models.JSONField(default=list, help_text="Com quantas horas de silêncio se lembra; em ordem.")
    horas_de_reabertura = models.PositiveSmallIntegerField(default=48, help_text="Sempre corridas.")
    tipos_isentos = models.ManyToManyField("atendimento.TipoDeSuporte", blank=True, related_name="+")
    desde = models.DateTimeField()
    por = models.ForeignKey("identidade.Pessoa", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name, verbose_name_plural = "política de silêncio", "políticas de silêncio"
        constraints = [
            models.CheckConstraint(condition=models.Q(horas__gte=1), name="politica_espera_pelo_menos_uma_hora"),
        ]

    def __str__(self) -> str:
        return f"{self.horas} {self.get_relogio_display()}"
