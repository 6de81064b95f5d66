"""As escolhas fechadas do atendimento. Os valores são gravados e vão para a API: não mudam."""

from django.db import models


class EspecieDeCampo(models.TextChoices):
    LINHA = "linha", "uma linha"
    PARAGRAFO = "paragrafo", "várias linhas"
    ESCOLHA = "escolha", "uma escolha da lista"
    DATA = "data", "uma data"


class Nivel(models.TextChoices):
    """O que uma equipe faz num chamado."""

    TRIAGEM = "n2", "Nível 2 – triagem e análise"
    NEGOCIAL = "n3_negocial", "Nível 3 – negocial"
    TECNICO = "n3_tecnico", "Nível 3 – técnico"
    EXTERNO = "externo", "Colaboradores externos"


class Situacao(models.TextChoices):
    NA_FILA = "na_fila", "na fila"
    EM_ATENDIMENTO = "em_atendimento", "em atendimento"
    AGUARDANDO_USUARIO = "aguardando_usuario", "à espera de quem abriu"
    AGUARDANDO_TERCEIRO = "aguardando_terceiro", "à espera de outra equipe"
    ENCERRADO = "encerrado", "encerrado"


class Desfecho(models.TextChoices):
    """Como um chamado acabou."""

    RESOLVIDO = "resolvido", "resolvido"
    CONFIRMADO = "confirmado", "resolvido, e confirmado por quem abriu"
    SILENCIO = "silencio", "encerrado por falta de resposta"
    DUPLICADO = "duplicado", "já havia outro chamado sobre isto"
    UNIDO = "unido", "unido a outro chamado da mesma pessoa"
    CANCELADO = "cancelado", "cancelado por quem abriu"
    INDEFERIDO = "indeferido", "pedido negado"


class Passo(models.TextChoices):
    """O que se faz a um chamado; cada um é uma linha da tabela em docs/dominio/atendimento.md."""

    ABRIR = "abrir", "abriu o chamado"
    ASSUMIR = "assumir", "assumiu o chamado"
    ATRIBUIR = "atribuir", "passou o chamado a um atendente"
    RESPONDER = "responder", "respondeu"
    ANOTAR = "anotar", "anotou"
    PEDIR_INFORMACAO = "pedir_informacao", "pediu uma informação"
    PEDIR_VALIDACAO = "pedir_validacao", "pediu que se teste a solução"
    AGUARDAR_TERCEIRO = "aguardar_terceiro", "passou a esperar outra equipe"
    RETOMAR = "retomar", "retomou o atendimento"
    ENCAMINHAR = "encaminhar", "encaminhou a outra equipe"
    COMPLETAR = "completar", "acrescentou informação"
    ENCERRAR = "encerrar", "encerrou o chamado"
    CONFIRMAR = "confirmar", "confirmou a solução"
    CANCELAR = "cancelar", "cancelou o chamado"
    LEMBRAR = "lembrar", "lembrou que espera uma resposta"
    SILENCIAR = "silenciar", "encerrou por falta de resposta"
    REABRIR = "reabrir", "reabriu o chamado"
    INFORMAR = "informar", "disse como acabou o chamado principal"
    DUPLICAR = "duplicar", "encerrou por já haver outro chamado"
    UNIR = "unir", "uniu a outro chamado da mesma pessoa"
    SEPARAR = "separar", "separou do chamado a que estava unido"
    DIVIDIR = "dividir", "abriu outro chamado com parte deste"
    ORIENTAR = "orientar", "orientou"
    IMPORTAR = "importar", "trouxe o chamado do sistema anterior"


class Marco(models.TextChoices):
    """De onde se conta o tempo de um gatilho; os dois prazos têm o nome do campo do chamado."""

    RESPOSTA = "prazo_da_resposta", "o prazo da primeira resposta"
    SOLUCAO = "prazo_da_solucao", "o prazo da solução"
    SEM_MOVIMENTO = "sem_movimento", "a última vez que alguém mexeu no chamado"


class EspecieDeManifestacao(models.TextChoices):
    """As três que se tratam aqui; denúncia, não: vai à ouvidoria."""

    SUGESTAO = "sugestao", "Sugestão"
    RECLAMACAO = "reclamacao", "Reclamação"
    ELOGIO = "elogio", "Elogio"


class SituacaoDaManifestacao(models.TextChoices):
    RECEBIDA = "recebida", "recebida"
    RESPONDIDA = "respondida", "respondida"
    ENCAMINHADA = "encaminhada", "encaminhada à ouvidoria"


class EspecieDeGuarda(models.TextChoices):
    """O que tem prazo de guarda; a tabela está em docs/dominio/atendimento.md."""

    CHAMADO = "chamado", "chamados encerrados, anonimizados"
    MANIFESTACAO = "manifestacao", "manifestações tratadas, anonimizadas"
    CORREIO = "correio", "registros de e-mail recebido, apagados"


class CanalDaMensagem(models.TextChoices):
    PAGINA = "pagina", "página"
    CORREIO = "correio", "e-mail"
    API = "api", "API"
    SISTEMA = "sistema", "sistema"
    IMPORTACAO = "importacao", "sistema anterior"


class SistemaDeOrigem(models.TextChoices):
    """De que sistemas se importa."""

    GLPI = "glpi", "GLPI"
    ZAMMAD = "zammad", "Zammad"


class Distribuicao(models.TextChoices):
    """Como um chamado que chega a uma equipe acha o seu atendente."""

    MANUAL = "manual", "alguém assume"
    RODIZIO = "rodizio", "um de cada vez, em rodízio"
    CARGA = "carga", "a quem tem menos chamados"


class Relogio(models.TextChoices):
    """Como se contam as horas de silêncio."""

    CORRIDO = "corrido", "horas corridas"
    UTIL = "util", "horas úteis"


class SituacaoDaEntrega(models.TextChoices):
    """O que houve com o que se conta a um endereço."""

    PENDENTE = "pendente", "a entregar"
    ENTREGUE = "entregue", "entregue"
    DESISTIDA = "desistida", "não entregue"


class MotivoDaPausa(models.TextChoices):
    """Por que um endereço deixou de receber."""

    PEDIDO = "pedido", "a pedido"
    DISPENSA = "dispensa", "o endereço respondeu que não quer mais (410)"
    FALHAS = "falhas", "cinco dias só com falhas"
