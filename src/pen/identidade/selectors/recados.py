"""O que os contextos de cima têm a dizer à pessoa quando ela abre «Minha conta»."""

from collections.abc import Callable

from pen.identidade.models import Pessoa
from pen.identidade.values import Recado

Escritor = Callable[[Pessoa], Recado | None]
_escritores: dict[str, Escritor] = {}


def registrar_recado(nome: str, escrever: Escritor) -> None:
    """Inscreve quem pode ter algo a dizer; ``None``, se agora não tem."""
    _escritores[nome] = escrever


def recados_da_conta(*, para: Pessoa) -> list[Recado]:
    """Os recados de agora, para a própria pessoa."""
    return [recado for escrever in _escritores.values() if (recado := escrever(para)) is not None]
