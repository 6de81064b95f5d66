"""Do JSON do cliente aos documentos recebidos; um item de forma errada vira recusa dele, não da remessa."""

import json
from functools import partial
from typing import Any

from pen.protocolo_integrado.errors import RemessaRecusada
from pen.protocolo_integrado.values import (
    DOCUMENTOS_LIDOS_MAXIMO,
    DocumentoRecebido,
    InteressadoRecebido,
    MovimentoRecebido,
)

CPF_AUSENTE = "0" * 11


class _FormaErrada(Exception):
    """Um campo veio com outra forma; a mensagem diz qual."""


def ler_documentos(corpo: Any) -> list[DocumentoRecebido]:
    """Os documentos de ``{"documentos": […]}``, na ordem.

    Levanta:
        RemessaRecusada: o corpo não tem essa forma.
    """
    lista = corpo.get("documentos") if isinstance(corpo, dict) else None
    if not isinstance(lista, list):
        raise RemessaRecusada('O corpo deve ser {"documentos": [...]}.')
    if len(lista) > DOCUMENTOS_LIDOS_MAXIMO:
        return [DocumentoRecebido()] * len(lista)
    return [_documento(item) for item in lista]


def _documento(item: Any) -> DocumentoRecebido:
    bruto = partial(_bruto, item)
    try:
        if not isinstance(item, dict):
            raise _FormaErrada("O documento deve ser um objeto.")
        return DocumentoRecebido(
            protocolo=_texto(item, "protocolo"), produzido_em=_texto(item, "dataHoraProducao"),
            especie=_texto(item, "especie"), assunto=_texto(item, "assunto"),
            identificacao=_texto(item, "identificacaoDocumento"),
            relacionados=[_valor("protocoloRelacionados", v) for v in _lista(item, "protocoloRelacionados")],
            interessados=[_interessado(i) for i in _objetos(item, "interessados")],
            movimentos=[
                MovimentoRecebido(_texto(m, "dataHoraOperacao"), _texto(m, "unidade"), _texto(m, "operacao"))
                for m in _objetos(item, "historico")
            ],
            bruto=bruto,
        )  # fmt: skip
    except _FormaErrada as erro:
        protocolo = item.get("protocolo") if isinstance(item, dict) else None
        return DocumentoRecebido(protocolo=str(protocolo or "")[:80], bruto=bruto, defeito=str(erro))


def _interessado(item: dict[str, Any]) -> InteressadoRecebido:
    cpf, cnpj = _texto(item, "cpf"), _texto(item, "cnpj")
    return InteressadoRecebido(_texto(item, "nome"), cnpj or (None if cpf == CPF_AUSENTE else cpf))


def _texto(item: dict[str, Any], campo: str) -> str | None:
    return _valor(campo, item.get(campo))


def _valor(campo: str, valor: Any) -> str | None:
    if valor is None or isinstance(valor, str):
        return valor
    if isinstance(valor, int) and not isinstance(valor, bool):
        return str(valor)
    raise _FormaErrada(f"O campo {campo} deve ser um texto.")


def _lista(item: dict[str, Any], campo: str) -> list[Any]:
    valor = item.get(campo)
    if valor is None:
        return []
    if not isinstance(valor, list):
        raise _FormaErrada(f"O campo {campo} deve ser uma lista.")
    return valor


def _objetos(item: dict[str, Any], campo: str) -> list[dict[str, Any]]:
    lista = _lista(item, campo)
    if not all(isinstance(i, dict) for i in lista):
        raise _FormaErrada(f"Cada item de {campo} deve ser um objeto.")
    return lista


def _bruto(item: Any) -> str:
    return json.dumps(item, ensure_ascii=False, indent=1)
