"""Os atos em palavras, na página e no CSV."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from pen.auditoria.values import AtoVisto, descrever
from pen.comum import exportacao
from pen.comum.tempo import BRASILIA

TIPOS = {"orgao": "órgão", "usuario": "usuário"}
COLUNAS_DO_CSV = [
    "quando", "ato", "o que houve", "pessoa", "nome", "credencial", "órgão", "objeto", "detalhes", "identificador",
]  # fmt: skip


def linha(ato: AtoVisto, eu: int | None) -> dict[str, Any]:
    """O ato como aparece na tabela."""
    return {
        "quando": ato.ocorrido_em, "frase": descrever(ato.ato), "quem": _quem(ato, eu), "orgao": ato.sigla or "–",
        "objeto": _objeto(ato.objeto), "detalhes": _detalhes(ato.detalhes) or "–",
    }  # fmt: skip


def linhas_do_csv(atos: Iterable[AtoVisto]) -> Iterator[str]:
    """O CSV aos pedaços."""
    return exportacao.linhas_do_csv(COLUNAS_DO_CSV, map(_valores, atos))


def _valores(ato: AtoVisto) -> list[Any]:
    return [
        ato.ocorrido_em.astimezone(BRASILIA).isoformat(), ato.ato, descrever(ato.ato), ato.pessoa_id, ato.nome,
        ato.credencial_id, ato.sigla, ato.objeto, _detalhes(ato.detalhes), ato.id,
    ]  # fmt: skip


def _quem(ato: AtoVisto, eu: int | None) -> str:
    if ato.pessoa_id is None:
        return f"Sistema (credencial {ato.credencial_id})" if ato.credencial_id else "Comando da instalação"
    if ato.pessoa_id == eu:
        return f"Você (pessoa {ato.pessoa_id})"
    return f"{ato.nome} (pessoa {ato.pessoa_id})" if ato.nome else f"pessoa {ato.pessoa_id}"


def _objeto(objeto: str) -> str:
    tipo, _, identificador = objeto.partition(":")
    return f"{TIPOS.get(tipo, tipo.replace('_', ' '))} {identificador}"


def _detalhes(detalhes: dict[str, Any]) -> str:
    return "; ".join(f"{chave.replace('_', ' ')}: {_valor(valor)}" for chave, valor in detalhes.items())


def _valor(valor: Any) -> str:
    if isinstance(valor, bool):
        return "sim" if valor else "não"
    if valor is None or valor == "":
        return "–"
    if isinstance(valor, list) and not any(isinstance(item, list | dict) for item in valor):
        return ", ".join(map(_valor, valor)) or "–"
    return json.dumps(valor, ensure_ascii=False) if isinstance(valor, dict | list) else str(valor)
