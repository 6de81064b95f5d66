"""As escolhas fechadas do assistente. Os valores são gravados e vão para a API: não mudam."""

from django.db import models


class Intencao(models.TextChoices):
    """O que a pessoa quis com o que escreveu."""

    PERGUNTA = "pergunta", "perguntar"
    SAUDACAO = "saudacao", "cumprimentar"
    AGRADECIMENTO = "agradecimento", "agradecer"
    DESPEDIDA = "despedida", "despedir-se"
    QUEM_E = "quem_e", "saber com quem fala"
    GROSSERIA = "grosseria", "desabafar"
    PESSOA = "pessoa", "falar com uma pessoa"
    PROCESSO = "processo", "saber de um processo"


class Desfecho(models.TextChoices):
    """O que o assistente respondeu."""

    RESPONDIDA = "respondida", "mostrou um trecho da base"
    EM_DUVIDA = "em_duvida", "mostrou o que talvez sirva"
    QUAL_PRODUTO = "qual_produto", "perguntou de que produto"
    NAO_SABE = "nao_sabe", "disse que não sabe"
    CORTESIA = "cortesia", "conversou"
    PROCESSO = "processo", "mostrou a situação de um processo"
    SEM_PROCESSO = "sem_processo", "não achou o processo"
    ENCAMINHOU = "encaminhou", "ofereceu o chamado"
