"""O balcão, como o correio o vê: onde se abre um chamado, e se um texto cita um."""

from collections.abc import Callable, Sequence
from typing import NamedTuple


class Caminho(NamedTuple):
    """Aonde mandar quem escreveu: o que se lê, e o caminho da página."""

    texto: str
    endereco: str


class Balcao(NamedTuple):
    """O que o balcão sabe dizer a quem está abaixo dele; nada disto abre, muda ou mostra um chamado."""

    inicio: Callable[[], str]
    chamados: Callable[[], str]
    caminhos: Callable[[str], Sequence[Caminho]]
    cita_chamado: Callable[[str], bool]
