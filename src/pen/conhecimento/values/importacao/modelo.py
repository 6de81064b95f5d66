"""O que se lê de um arquivo, antes de se saber o que há no banco."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from pen.conhecimento.enums import Especie, NivelDoRoteiro


class Aviso(NamedTuple):
    """O que não se entendeu num arquivo, e a linha, a partir de 1."""

    linha: int
    frase: str


class ArtigoIlegivel(Exception):
    """O arquivo não vira artigo; a frase diz por quê."""

    def __init__(self, linha: int, frase: str) -> None:
        super().__init__(frase)
        self.linha, self.frase = linha, frase


@dataclass(slots=True)
class Cabecalho:
    """O que se diz de um artigo fora do texto; vazio é o que não se disse."""

    codigo: str = ""
    titulo: str = ""
    especie: Especie | None = None
    produto: str = ""
    resumo: str = ""
    palavras_chave: str = ""
    perguntas: str = ""
    interno: bool = False
    vale_ate: date | None = None
    quando: str = ""
    nivel: NivelDoRoteiro | None = None


class Rotulo(NamedTuple):
    """Para onde leva um ``:ref:``: o arquivo, a âncora (vazia, no alto da página) e o título de lá."""

    caminho: str
    ancora: str
    titulo: str


@dataclass(slots=True)
class ArtigoLido:
    """Um arquivo lido. As ligações e imagens do corpo são como o arquivo as escreve, relativas à pasta dele."""

    caminho: str
    cabecalho: Cabecalho
    corpo: str
    modelo: str = ""
    linhas: Mapping[tuple[str, str], int] = field(
        default_factory=dict
    )  # do destino e do rótulo (ou vazio) à linha no arquivo
    avisos: list[Aviso] = field(default_factory=list)
    so_liga: bool = False  # um índice: nada além de títulos e listas de ligações
    rotulos: Mapping[str, Rotulo] = field(default_factory=dict)
    termos: Sequence[str] = ()
    arvore: Sequence[str] = ()  # os arquivos que o índice põe em ordem, como ele os escreve


class Referencias(NamedTuple):
    """O que os arquivos da base podem citar uns dos outros: os títulos, pelo caminho; os rótulos; e onde está cada termo."""

    titulos: dict[str, str]
    rotulos: dict[str, Rotulo]
    termos: dict[str, str]
