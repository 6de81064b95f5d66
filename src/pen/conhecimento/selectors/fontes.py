"""O que responde e não é artigo: outros contextos inscrevem aqui onde mais se procura, e as buscas da base o mostram ao lado."""

from dataclasses import dataclass
from typing import Protocol

DE_CADA_FONTE = 5


@dataclass(frozen=True, slots=True)
class AchadoForaDaBase:
    """Algo que todos leem: o título, o caminho da página e, em poucas palavras, de onde é («ParticiPEN, com solução»)."""

    titulo: str
    endereco: str
    de_onde: str


class Fonte(Protocol):
    """Quem procura: só dá o que todos leem e, com ``produto_id``, só o do produto e o que não é de nenhum."""

    def __call__(self, pergunta: str, quantos: int, produto_id: int | None = None) -> list[AchadoForaDaBase]: ...


_fontes: list[Fonte] = []


def registrar_fonte(fonte: Fonte) -> None:
    """Inscreve quem procura. Só na carga da aplicação."""
    if fonte not in _fontes:
        _fontes.append(fonte)


def procurar_fora(
    pergunta: str, *, produto_id: int | None = None, quantos: int = DE_CADA_FONTE
) -> list[AchadoForaDaBase]:  # fmt: skip
    """O que as fontes acham, cada uma até ``quantos``, do que mais responde ao que menos."""
    return [achado for fonte in _fontes for achado in fonte(pergunta, quantos, produto_id)]
