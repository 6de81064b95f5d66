"""O que responde e não é artigo: outros contextos inscrevem aqui onde mais se procura, e as buscas da base o mostram ao lado."""

from collections.abc import Callable
from dataclasses import dataclass

DE_CADA_FONTE = 5


@dataclass(frozen=True, slots=True)
class AchadoForaDaBase:
    """Algo que todos leem: o título, o caminho da página e, em poucas palavras, de onde é («ParticiPEN, com solução»)."""

    titulo: str
    endereco: str
    de_onde: str


Fonte = Callable[[str, int], list[AchadoForaDaBase]]
_fontes: list[Fonte] = []


def registrar_fonte(fonte: Fonte) -> None:
    """Inscreve quem procura: recebe a pergunta e quantos no máximo, e só dá o que todos leem. Só na carga da aplicação."""
    if fonte not in _fontes:
        _fontes.append(fonte)


def procurar_fora(pergunta: str, *, quantos: int = DE_CADA_FONTE) -> list[AchadoForaDaBase]:
    """O que as fontes acham, cada uma até ``quantos``, do que mais responde ao que menos."""
    return [achado for fonte in _fontes for achado in fonte(pergunta, quantos)]
