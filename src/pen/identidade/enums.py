"""As escolhas fechadas da identidade."""

from django.db import models


class OrigemDoCodigo(models.TextChoices):
    SIORG = "siorg", "SIORG"
    IBGE = "ibge", "IBGE"
    PROPRIO = "proprio", "código próprio desta instalação"


class Esfera(models.TextChoices):
    FEDERAL = "federal", "Federal"
    ESTADUAL = "estadual", "Estadual"
    MUNICIPAL = "municipal", "Municipal"


class Poder(models.TextChoices):
    EXECUTIVO = "executivo", "Executivo"
    LEGISLATIVO = "legislativo", "Legislativo"
    JUDICIARIO = "judiciario", "Judiciário"
    ESSENCIAL = "essencial", "Funções essenciais à Justiça"


class SituacaoDoOrgao(models.TextChoices):
    ATIVO = "ativo", "ativo"
    SUSPENSO = "suspenso", "suspenso"
    EXTINTO = "extinto", "extinto"


class Ambiente(models.TextChoices):
    PRODUCAO = "producao", "produção"
    HOMOLOGACAO = "homologacao", "homologação"


class SituacaoDaCredencial(models.TextChoices):
    ATIVA = "ativa", "ativa"
    REVOGADA = "revogada", "revogada"
