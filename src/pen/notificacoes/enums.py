"""As escolhas fechadas das notificações."""

from enum import Enum

from django.db import models


class Frequencia(models.TextChoices):
    IMEDIATA = "imediata", "Logo que acontecer"
    DIARIA = "diaria", "Um resumo por dia, às 7h"


class Ritmo(models.TextChoices):
    """De quanto em quanto tempo se conta um assunto; vale o mais espaçado entre ele e a frequência da pessoa."""

    IMEDIATO = "imediato", "Logo que acontecer"
    DIARIO = "diario", "Um resumo por dia, às 7h"
    SEMANAL = "semanal", "Um resumo por semana, às segundas, às 7h"


class CanalDeAviso(models.TextChoices):
    CORREIO = "correio", "e-mail"
    PUSH = "push", "navegador"
    WEBHOOK = "webhook", "telefone"


class SituacaoDoAviso(models.TextChoices):
    PENDENTE = "pendente", "pendente"
    AGRUPADO = "agrupado", "agrupado"
    CANCELADO = "cancelado", "cancelado"


class SituacaoDaMensagem(models.TextChoices):
    PENDENTE = "pendente", "a enviar"
    ENVIADA = "enviada", "enviada"
    FALHOU = "falhou", "não entregue"
    CANCELADA = "cancelada", "cancelada"


class Desfecho(Enum):
    """O que houve com uma tentativa de entrega."""

    ENTREGUE = "entregue"
    ADIADA = "adiada"  # recusa temporária, desta mensagem
    RECUSADA = "recusada"  # recusa permanente
    NAO_SAIU = "nao-saiu"  # na hora de escrever, não havia mais o que dizer, ou a quem; nada foi tentado
    INTERROMPIDA = "interrompida"  # caiu a conexão que vinha de outra mensagem: com uma nova, tenta-se já
    FORA_DO_AR = "fora-do-ar"  # o serviço não atende ninguém: a rodada para
