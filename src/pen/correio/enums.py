"""As escolhas fechadas do correio. Os valores são gravados: não mudam."""

from enum import StrEnum

from django.db import models


class Situacao(models.TextChoices):
    """Em que pé está uma conversa."""

    NOVA = "nova", "nova"
    EM_TRATAMENTO = "em_tratamento", "em tratamento"
    RESPONDIDA = "respondida", "respondida"
    RECUSADA = "recusada", "recusada por ser suporte"
    ARQUIVADA = "arquivada", "arquivada"
    ENVIADA = "enviada", "comunicado enviado"


class Especie(models.TextChoices):
    """O que um item de uma conversa é."""

    RECEBIDA = "recebida", "mensagem recebida"
    RESPOSTA = "resposta", "resposta"
    COMUNICADO = "comunicado", "comunicado oficial"
    AUTOMATICA = "automatica", "resposta automática"
    NOTA = "nota", "nota interna"
    PASSO = "passo", "passo"


class Passo(models.TextChoices):
    """O que se faz com uma conversa."""

    ASSUMIR = "assumir", "Assumiu"
    RESPONDER = "responder", "Respondeu"
    RECUSAR = "recusar", "Recusou por ser suporte"
    ACEITAR = "aceitar", "Disse que não era suporte"
    ARQUIVAR = "arquivar", "Arquivou"
    REABRIR = "reabrir", "Reabriu"
    ANOTAR = "anotar", "Anotou"
    CLASSIFICAR = "classificar", "Disse de que caso se trata"


class SituacaoDoEnvio(models.TextChoices):
    PENDENTE = "pendente", "por enviar"
    ENVIADO = "enviado", "enviado"
    FALHOU = "falhou", "não chegou"


class Destino(StrEnum):
    """O que se fez com uma mensagem que chegou; fica gravado, e não muda."""

    GRAVADA = "gravada"
    RECUSADA = "recusada"
    AUTOMATICA = "automatica"
    REPETIDA = "repetida"
