"""Um ato qualquer, para os testes da auditoria."""

from django.db import transaction

from pen.auditoria.public import registrar_ato
from pen.identidade.public import Orgao, Papel, Pessoa
from tests.fabricas.pessoas import dar_papel, fabricar_pessoa


def com_papel(papel: Papel, orgao: Orgao | None = None, *, forte: bool = True) -> Pessoa:
    return dar_papel(fabricar_pessoa(forte=forte), papel, orgao)


def registrar(por: Pessoa | None = None, ato: str = "orgao.alterado", objeto: str = "orgao:1", **campos) -> None:
    with transaction.atomic():
        registrar_ato(por=por, ato=ato, objeto=objeto, **campos)
