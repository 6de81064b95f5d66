"""O nível de uma conta gov.br."""

from django.db.models import TextChoices


class Nivel(TextChoices):
    """O nível da conta; o gov.br o escreve de dois jeitos, conforme a resposta."""

    BRONZE = "bronze", "Bronze"
    PRATA = "prata", "Prata"
    OURO = "ouro", "Ouro"

    @property
    def em_ingles(self) -> str:
        """Como aparece em ``reliability_info``."""
        return {Nivel.BRONZE: "bronze", Nivel.PRATA: "silver", Nivel.OURO: "gold"}[self]

    @property
    def numero(self) -> str:
        """Como aparece na API de confiabilidades."""
        return {Nivel.BRONZE: "1", Nivel.PRATA: "2", Nivel.OURO: "3"}[self]
