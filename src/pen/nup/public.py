"""A porta do número do processo, e de quem o dá, para os outros contextos. Ler e gerar números não precisa do Django."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from pen.nup.enums.numeros import Forma, Pista, Veredito
from pen.nup.errors import NupInvalido
from pen.nup.selectors.origem import Origem, sugerir_origem
from pen.nup.values.numeros import (
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

if TYPE_CHECKING:
    from pen.nup.selectors.unidades import DonoDaUnidade, dono_do_numero, donos_das_unidades
    from pen.nup.services.exemplo import cadastrar_exemplo
    from pen.nup.services.unidades import carregar_unidades_observadas

# O que lê o banco só se carrega quando pedido (PEP 562).
_COM_BANCO = {
    "DonoDaUnidade": "pen.nup.selectors.unidades",
    "cadastrar_exemplo": "pen.nup.services.exemplo",
    "carregar_unidades_observadas": "pen.nup.services.unidades",
    "dono_do_numero": "pen.nup.selectors.unidades",
    "donos_das_unidades": "pen.nup.selectors.unidades",
}

__all__ = [
    "TAMANHO_MAXIMO",
    "UFS_IBGE",
    "DonoDaUnidade",
    "Forma",
    "Numero",
    "NupInvalido",
    "Origem",
    "Pista",
    "Veredito",
    "cadastrar_exemplo",
    "carregar_unidades_observadas",
    "chaves_possiveis",
    "digitos_mod97",
    "digitos_verificadores",
    "dono_do_numero",
    "donos_das_unidades",
    "gerar_nipe",
    "gerar_nup",
    "ler_numero",
    "sugerir_origem",
]


def __getattr__(nome: str) -> Any:
    if nome not in _COM_BANCO:
        raise AttributeError(f"pen.nup.public não tem {nome}.")
    return getattr(import_module(_COM_BANCO[nome]), nome)
