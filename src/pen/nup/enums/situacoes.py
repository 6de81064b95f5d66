"""As situações do cadastro, dos pedidos, dos números dados e das planilhas conferidas."""

from django.db import models


class Condicao(models.TextChoices):
    """Como um órgão está no CNUP."""

    GESTOR = "gestor", "órgão gestor"
    VINCULADA = "vinculada", "entidade vinculada"
    DESCENTRALIZADA = "descentralizada", "entidade descentralizada"


class SituacaoDaUnidade(models.TextChoices):
    PENDENTE = "pendente", "pendente"
    ATIVA = "ativa", "ativa"
    INATIVA = "inativa", "inativa"


class Operacao(models.TextChoices):
    """O que se pede ao cadastro."""

    ADESAO = "adesao", "adesão"
    CADASTRO = "cadastro", "cadastro de unidade"
    ALTERACAO = "alteracao", "alteração de unidade"
    INATIVACAO = "inativacao", "inativação de unidade"
    REATIVACAO = "reativacao", "reativação de unidade"
    MIGRACAO = "migracao", "migração entre órgãos gestores"
    DESCENTRALIZACAO = "descentralizacao", "descentralização"


class SituacaoDoPedido(models.TextChoices):
    EM_ANALISE = "em_analise", "em análise"
    DEVOLVIDO = "devolvido", "devolvido"
    EM_CONFIRMACAO = "em_confirmacao", "à espera de confirmação"
    DEFERIDO = "deferido", "deferido"
    INDEFERIDO = "indeferido", "indeferido"
    CANCELADO = "cancelado", "cancelado"
    EXPIRADO = "expirado", "expirado"


class Passo(models.TextChoices):
    """O que se faz com um pedido."""

    DEVOLVER = "devolver", "devolver"
    RESPONDER = "responder", "responder"
    DEFERIR = "deferir", "deferir"
    INDEFERIR = "indeferir", "indeferir"
    CONFIRMAR = "confirmar", "confirmar"
    CANCELAR = "cancelar", "cancelar"
    EXPIRAR = "expirar", "expirar"


class Destino(models.TextChoices):
    """O que houve com um número dado por uma unidade."""

    RESERVADO = "reservado", "reservado"
    USADO = "usado", "usado"
    ANULADO = "anulado", "anulado"
    EXTERNO = "externo", "dado por outro sistema"


class SituacaoDaConferencia(models.TextChoices):
    """Em que pé está uma conferência em lote."""

    ESPERANDO = "esperando", "na fila"
    CONFERINDO = "conferindo", "em andamento"
    PRONTA = "pronta", "pronta"
    RECUSADA = "recusada", "recusada"
