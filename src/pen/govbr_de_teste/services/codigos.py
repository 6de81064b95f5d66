"""Códigos de autorização: um arquivo cada, que vale por 60 segundos e uma vez só, entre quantos processos houver."""

import json
import secrets
import time
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from pen.comum.errors import conferir
from pen.govbr_de_teste.errors import ConcessaoInvalida
from pen.govbr_de_teste.services.pasta import pasta_de_teste, substituir
from pen.govbr_de_teste.values import Autorizacao

VALIDADE = 60
PREFIXO = "codigo-"


def criar_codigo(autorizacao: Autorizacao) -> str:
    """Guarda a autorização, apaga as vencidas e devolve o código que a resgata."""
    _excluir_vencidos()
    codigo = secrets.token_urlsafe(32)
    substituir(_arquivo(codigo), json.dumps(autorizacao.para_json()))
    return codigo


def resgatar_codigo(codigo: str) -> Autorizacao:
    """A autorização do código, que deixa de valer: entre pedidos simultâneos, só quem apaga o arquivo o leva.

    Levanta:
        ConcessaoInvalida: o código não existe, já foi usado ou venceu.
    """
    arquivo = _arquivo(codigo)
    try:
        texto, idade = arquivo.read_text(encoding="utf-8"), _idade(arquivo)
        arquivo.unlink()
    except FileNotFoundError:
        raise ConcessaoInvalida("O código não existe ou já foi usado.") from None
    conferir(idade <= VALIDADE, ConcessaoInvalida("O código venceu."))
    return Autorizacao.de_json(json.loads(texto))


def _excluir_vencidos() -> None:
    for arquivo in pasta_de_teste().glob(f"{PREFIXO}*"):
        with suppress(FileNotFoundError):  # outro processo resgatou ou varreu antes
            if _idade(arquivo) > VALIDADE:
                arquivo.unlink()


def _arquivo(codigo: str) -> Path:
    return pasta_de_teste() / f"{PREFIXO}{sha256(codigo.encode()).hexdigest()}.json"


def _idade(arquivo: Path) -> float:
    return time.time() - arquivo.stat().st_mtime
