"""O que se sabe de uma planilha, qualquer que seja o formato dela."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pen.comum.errors import ErroDeDominio

LINHAS_DA_AMOSTRA = 50
COLUNAS_MAXIMO = 256


class PlanilhaInvalida(ErroDeDominio):
    """A planilha não se abre, ou é grande demais; a frase diz o que fazer."""

    codigo = "planilha-invalida"


class Celula(NamedTuple):
    """O texto de uma célula. ``numerica`` diz que foi guardada como número, e não como texto."""

    texto: str
    numerica: bool = False


@dataclass(frozen=True, slots=True)
class Amostra:
    """O começo de uma planilha: a primeira linha que tem algo, as ``LINHAS_DA_AMOSTRA`` seguintes, e quantas há no máximo.

    ``aba`` é o nome da que se leu, quando há abas.
    """

    primeira: tuple[Celula, ...]
    seguintes: tuple[tuple[Celula, ...], ...]
    total: int
    aba: str = ""


Dizer = Callable[[Celula], Sequence[str]]


class Planilha(ABC):
    """Uma planilha na memória. Linhas sem nada não contam nem mudam."""

    formato: str

    @abstractmethod
    def amostra(self) -> Amostra:
        """O começo, e quantas linhas há no máximo.

        Levanta:
            PlanilhaInvalida: não se consegue ler, ou passa do máximo de linhas ou de colunas.
        """

    @abstractmethod
    def contar(self, coluna: int) -> int:
        """Quantas linhas têm algo, inclusive o cabeçalho; ``coluna`` é a que se vai conferir em seguida.

        Levanta:
            PlanilhaInvalida: como em ``amostra``.
        """

    @abstractmethod
    def acrescentar(self, coluna: int, dizer: Dizer, *, titulos: Sequence[str], com_cabecalho: bool) -> bytes:
        """A mesma planilha com colunas a mais no fim: em cada linha, o que ``dizer`` responde à célula de ``coluna``.

        ``dizer`` é chamada uma vez por linha, em ordem, e devolve tantos textos quantos ``titulos``. Com cabeçalho, a
        primeira linha recebe os títulos; sem, é uma linha como as outras.

        Levanta:
            PlanilhaInvalida: como em ``amostra``.
        """


def exigir_linhas(quantas: int, maximo: int | None) -> None:
    """Recusa a planilha que passa do máximo, contando o cabeçalho à parte.

    Levanta:
        PlanilhaInvalida: passa.
    """
    if maximo is not None and quantas > maximo + 1:
        limite = f"{maximo:,}".replace(",", ".")
        raise PlanilhaInvalida(f"A planilha tem mais de {limite} linhas. Reparta-a e envie uma parte por vez.")


def exigir_colunas(quantas: int) -> None:
    """Recusa a planilha larga demais.

    Levanta:
        PlanilhaInvalida: passa de ``COLUNAS_MAXIMO``.
    """
    if quantas > COLUNAS_MAXIMO:
        raise PlanilhaInvalida(f"A planilha tem mais de {COLUNAS_MAXIMO} colunas. Deixe só as que interessam.")
