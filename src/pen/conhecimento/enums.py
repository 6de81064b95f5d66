"""As escolhas fechadas do conhecimento. Os valores são gravados e vão para a API: não mudam."""

from django.db import models


class EsferaDeAtendimento(models.TextChoices):
    """A quem um produto se oferece; vem da esfera e do poder do órgão."""

    FEDERAL = "federal", "Executivo Federal"
    ESTADUAL = "estadual", "Executivo Estadual"
    MUNICIPAL = "municipal", "Executivo Municipal"
    OUTROS_PODERES = "outros_poderes", "Outros Poderes"

    @property
    def no_endereco(self) -> str:
        """Como vai no endereço de uma página."""
        return str(self.value).replace("_", "-")


class Especie(models.TextChoices):
    """O que um artigo é."""

    PERGUNTA = "pergunta", "Pergunta frequente"
    MANUAL = "manual", "Manual"
    REGRA = "regra", "Regra de negócio"
    ROTEIRO = "roteiro", "Roteiro de atendimento"


class SituacaoDaVersao(models.TextChoices):
    RASCUNHO = "rascunho", "rascunho"
    EM_REVISAO = "em_revisao", "em revisão"
    PUBLICADA = "publicada", "publicada"
    SUBSTITUIDA = "substituida", "substituída"


class NivelDoRoteiro(models.TextChoices):
    """Quem resolve o que o roteiro descreve."""

    N1 = "n1", "nível 1"
    N2 = "n2", "nível 2"
    N3 = "n3", "nível 3"
