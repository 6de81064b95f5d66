"""Registrar um ato, na transação dele."""

import re
import uuid
from typing import Any

from django.db import connection
from django.db.transaction import TransactionManagementError

from pen.auditoria.errors import AtoInvalido
from pen.auditoria.models import Ato
from pen.comum.errors import conferir
from pen.comum.orm_preparado import inserir_preparado
from pen.comum.texto import mascarar_cpfs
from pen.identidade.public import Pessoa

CODIGO = re.compile(r"[a-z_]+\.[a-z_]+")
OBJETO = re.compile(r"[a-z_]+:[0-9A-Za-z_./-]+")
UUID_EM_TEXTO = re.compile(r"[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}", re.IGNORECASE)
CORREIO = re.compile(r"[^\s@<>(),;:]+@(?=[\w-]+\.\w)")


def registrar_ato(
    *,
    por: Pessoa | None,
    ato: str,
    objeto: str,
    orgao_id: int | None = None,
    credencial_id: uuid.UUID | None = None,
    detalhes: dict[str, Any] | None = None,
) -> None:
    """Escreve a linha do ato. ``por=None`` é um comando ou um sistema. CPFs e e-mails nos detalhes são mascarados.

    Levanta:
        TransactionManagementError: fora de uma transação, o ato poderia valer sem a linha, ou a linha sem o ato.
        AtoInvalido: código ou objeto malformado, ou CPF no objeto.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("registrar_ato só vale dentro da transação do ato: use transaction.atomic.")
    conferir(CODIGO.fullmatch(ato) is not None, AtoInvalido(f"O código «{ato}» não tem a forma «coisa.feita»."))
    conferir(OBJETO.fullmatch(objeto) is not None, AtoInvalido("O objeto do ato não tem a forma «tipo:id»."))
    identificador = objeto.partition(":")[2]
    conferir(_sem_dado_pessoal(identificador) == identificador, AtoInvalido("O objeto do ato traz um CPF; use o id."))
    linha = Ato(
        pessoa_id=por.pk if por else None, credencial_id=credencial_id, ato=ato, objeto=objeto, orgao_id=orgao_id,
        detalhes=_sem_dado_pessoal(detalhes or {}),
    )  # fmt: skip
    inserir_preparado(linha)


def _sem_dado_pessoal(valor: Any) -> Any:
    """O mesmo valor, com CPFs e e-mails mascarados em qualquer profundidade; um UUID fica como está."""
    if isinstance(valor, dict):
        return {_sem_dado_pessoal(str(chave)): _sem_dado_pessoal(item) for chave, item in valor.items()}
    if isinstance(valor, list | tuple | set | frozenset):
        return [_sem_dado_pessoal(item) for item in valor]
    if isinstance(valor, str):
        limpo = valor.replace("\0", "")
        return limpo if UUID_EM_TEXTO.fullmatch(limpo) else CORREIO.sub("***@", mascarar_cpfs(limpo))
    if isinstance(valor, int) and mascarar_cpfs(str(valor)) != str(valor):
        return mascarar_cpfs(str(valor))
    return valor
