"""A porta do número do processo para os outros contextos. Nada aqui precisa de Django nem de banco."""

from pen.nup.enums import Forma, Pista, Veredito
from pen.nup.errors import NupInvalido
from pen.nup.selectors.origem import Origem, sugerir_origem
from pen.nup.values import (
    TAMANHO_MAXIMO,
    UFS_IBGE,
    Numero,
    chaves_possiveis,
    digitos_mod97,
    digitos_verificadores,
    gerar_nipe,
    gerar_nup,
    ler_numero,
)

__all__ = [
    "TAMANHO_MAXIMO",
    "UFS_IBGE",
    "Forma",
    "Numero",
    "NupInvalido",
    "Origem",
    "Pista",
    "Veredito",
    "chaves_possiveis",
    "digitos_mod97",
    "digitos_verificadores",
    "gerar_nipe",
    "gerar_nup",
    "ler_numero",
    "sugerir_origem",
]
