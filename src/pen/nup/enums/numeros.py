"""As formas que um número de processo já teve e o que se conclui ao conferi-lo. Python puro."""

from enum import StrEnum


class Forma(StrEnum):
    """Como o número é dividido. Os valores são gravados e vão para as APIs: não mudam."""

    ANTIGA_SEM_DV = "antiga_sem_dv"  # 00000.000000/00
    ANTIGA_UM_DV = "antiga_um_dv"  # 00000.000000/00-0
    ANTIGA = "antiga"  # 00000.000000/00-00
    ANTIGA_LETRAS = "antiga_letras"  # 00000.000000/00-DV
    ATUAL = "atual"  # 00000.000000/0000-00
    ATUAL_LETRAS = "atual_letras"  # 00000.000000/0000-DV
    ATUAL_SEM_DV = "atual_sem_dv"  # 00000.000000/0000
    SIORG_21 = "siorg_21"  # 0000000.00000000/0000-00
    NIPE = "nipe"  # 00.000000.000000/0000-00
    DESCONHECIDA = "desconhecida"


class Veredito(StrEnum):
    """O resultado da conferência. Os valores são gravados e vão para as APIs: não mudam."""

    OK = "ok"
    OK_ANO_2_DIGITOS = "ok_ano_2_digitos"
    SEM_DV = "sem_dv"
    LETRAS_DV = "letras_dv"
    DV_NAO_CONFERE = "dv_nao_confere"
    FORMA_DESCONHECIDA = "forma_desconhecida"


class Pista(StrEnum):
    """O que se sabe de um número cuja forma não foi reconhecida; só muda a explicação."""

    NENHUMA = ""
    LONGO = "longo"  # texto grande demais para ser um número
    JUDICIAL = "judicial"  # padrão do CNJ, Resolução 65/2008
    MINISTERIO_PUBLICO = "ministerio_publico"  # padrão do CNMP, Resolução 168/2017
    AMBIGUO = "ambiguo"  # confere como NIPE e como CNJ


class Grupo(StrEnum):
    """O que é cada grupo de um número. Os valores vão para a API: não mudam."""

    ORIGEM = "origem"  # NIPE: a unidade da federação
    INSTITUICAO = "instituicao"  # NIPE
    UNIDADE = "unidade"
    SEQUENCIA = "sequencia"
    ANO = "ano"
    DIGITOS = "digitos"


class Regra(StrEnum):
    """A conta por que os dígitos passaram. Os valores vão para a API: não mudam."""

    MODULO_11 = "modulo_11"
    MODULO_11_ANO_2_DIGITOS = "modulo_11_ano_2_digitos"
    MODULO_97 = "modulo_97"
