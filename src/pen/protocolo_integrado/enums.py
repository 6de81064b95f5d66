"""As escolhas fechadas do Protocolo Integrado."""

from django.db import models


class Visibilidade(models.IntegerChoices):
    """Quanto do processo o público vê; o número maior esconde mais."""

    PUBLICO = 0, "público"
    RESUMIDO = 1, "resumido"
    OCULTO = 2, "oculto"


class Canal(models.TextChoices):
    SOAP = "soap", "SOAP"
    REST = "rest", "REST"


class CodigoDeRecusa(models.TextChoices):
    """Os nove códigos que o cliente dos órgãos trata como erro negocial (``NF010`` já seria «falha de infraestrutura»)."""

    CREDENCIAL = "NF001", "credencial recusada"
    LISTA = "NF002", "lista ilegível ou grande demais"
    NUMERO = "NF003", "número de protocolo malformado"
    FALTA_ELEMENTO = "NF004", "falta elemento obrigatório"
    DATA_INVALIDA = "NF005", "data inválida"
    DATA_FUTURA = "NF006", "data no futuro"
    TEXTO_LONGO = "NF007", "texto longo demais"
    ORGAO_SUSPENSO = "NF008", "órgão suspenso"
    OUTRO = "NF009", "outro erro negocial"


class SituacaoDaAdesao(models.TextChoices):
    PEDIDA = "pedida", "pedida"
    EM_HOMOLOGACAO = "em_homologacao", "em homologação"
    EM_CONFERENCIA = "em_conferencia", "em conferência"
    CONCLUIDA = "concluida", "concluída"
    RECUSADA = "recusada", "recusada"
    CANCELADA = "cancelada", "cancelada"


class SistemaDoOrgao(models.TextChoices):
    """De onde os processos são enviados."""

    SEI = "sei", "SEI"
    OUTRO = "outro", "Outro sistema"


class SituacaoDaIntegracao(models.TextChoices):
    """Há quanto tempo o órgão não envia nada que se aceite."""

    EM_DIA = "em_dia", "em dia"
    ATRASADA = "atrasada", "atrasada"
    PARADA = "parada", "parada"
    NUNCA_ENVIOU = "nunca_enviou", "nunca enviou"
