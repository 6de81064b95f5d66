"""A prova de que uma pessoa buscou antes de escrever: assinada, de pouca duração, dela e das palavras que buscou."""

from datetime import timedelta
from typing import NamedTuple
from uuid import UUID, uuid4

from django.core import signing

from pen.comum.texto import normalizar_texto

VALIDADE = timedelta(hours=2)
_SAL = "participen.busca-previa"


class Prova(NamedTuple):
    """O que uma prova diz; ``id`` faz com que cada busca abra um tópico só."""

    id: UUID
    pessoa_id: int
    palavras: str


def emitir_prova(pessoa_id: int, palavras: str) -> str:
    """A prova, num texto que cabe num campo escondido."""
    return signing.dumps({"i": uuid4().hex, "p": pessoa_id, "w": normalizar_texto(palavras)}, salt=_SAL)


def ler_prova(texto: str) -> Prova | None:
    """O que a prova diz, ou ``None``: não é nossa, foi mexida, ou venceu."""
    try:
        dita = signing.loads(texto, salt=_SAL, max_age=VALIDADE)
        return Prova(UUID(dita["i"]), int(dita["p"]), str(dita["w"]))
    except (signing.BadSignature, ValueError, KeyError, TypeError):
        return None
