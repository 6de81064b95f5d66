"""Quem cuida das caixas: a equipe central, numa entrada forte. Para os outros, nada disto existe."""

from pen.comum.errors import conferir
from pen.correio.errors import CaixaNaoEncontrada
from pen.identidade.public import Ator, e_da_equipe_central


def cuida_das_caixas(ator: Ator) -> bool:
    """Se a pessoa lê e responde o que chega às caixas."""
    return e_da_equipe_central(ator)


def exigir_quem_cuida(ator: Ator) -> None:
    """Levanta ``CaixaNaoEncontrada`` para quem não cuida: como se não existisse."""
    conferir(cuida_das_caixas(ator), CaixaNaoEncontrada("Não existe nada neste endereço."))
