"""As ligações e as imagens de um texto em Markdown, achadas no que está escrito, para lhes trocar o destino sem refazer o texto."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from functools import cache
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.common.utils import unescapeAll
from markdown_it.token import Token

_DESTINO = re.compile(
    r"""\]\(\s*(?P<destino><[^<>\n]*>|[^\s()<>]+(?:\([^\s()]*\)[^\s()<>]*)*)(?:\s+(?:"[^"]*"|'[^']*'))?\s*\)"""
)
_DEFINICAO = re.compile(r" {0,3}\[[^\]]+\]:\s*(?P<destino><[^<>\n]*>|\S+)")
ROTULO_MAXIMO = 2_000  # caracteres entre os colchetes


class Ligacao(NamedTuple):
    """Uma ligação ou imagem, com o destino (os escapes de um endereço) e a linha, a partir de 1.

    O rótulo é o que está entre os colchetes; de uma definição (``[nome]: destino``), o texto da imagem que a usa.
    """

    imagem: bool
    rotulo: str
    destino: str
    linha: int


class Troca(NamedTuple):
    """Em que uma ligação se torna: sem destino, só no texto dela; com ``imagem=False``, uma imagem vira ligação."""

    destino: str | None
    imagem: bool


class _Achada(NamedTuple):
    """A ligação e os lugares dela no texto; sem ``abre``, é uma definição (``[nome]: destino``)."""

    ligacao: Ligacao
    abre: int | None
    fecha: int
    destino: tuple[int, int]
    fim: int


def ligacoes_do_texto(texto: str) -> list[Ligacao]:
    """As ligações e imagens do texto, em ordem; as de blocos de código não são."""
    return [achada.ligacao for achada in _achar(texto)]


def trocar_ligacoes(texto: str, decidir: Callable[[Ligacao], Troca]) -> str:
    """O texto com cada ligação como ``decidir`` manda; o resto fica como está."""
    cortes: list[tuple[int, int, str]] = []
    for achada in _achar(texto):
        ligacao, troca = achada.ligacao, decidir(achada.ligacao)
        if troca.destino is None and achada.abre is not None:
            comeco = achada.abre - (1 if ligacao.imagem else 0)
            cortes += [(comeco, achada.abre + 1, ""), (achada.fecha, achada.fim, "")]
            continue
        if ligacao.imagem and not troca.imagem and achada.abre is not None:
            cortes.append((achada.abre - 1, achada.abre, ""))
        if troca.destino != ligacao.destino:
            cortes.append((*achada.destino, troca.destino or "#"))
    for comeco, fim, novo in sorted(cortes, reverse=True):
        texto = texto[:comeco] + novo + texto[fim:]
    return texto


@cache
def _leitor() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table")


def _achar(texto: str) -> Iterator[_Achada]:
    """O leitor diz o que é ligação e em que linhas; o lugar exato, procura-se nessas linhas."""
    ambiente: dict[str, dict[str, dict[str, list[int]]]] = {}
    simbolos = _leitor().parse(texto, ambiente)
    reais: dict[tuple[str, bool], str] = {}  # do destino, e se é imagem, ao texto: o mais curto, que pode faltar
    for filho in _filhos(simbolos):
        chave = (_destino(filho), filho.type == "image")
        reais[chave] = min(reais.get(chave, filho.content), filho.content, key=len)
    linhas = {n for s in simbolos if s.type == "inline" and s.map for n in range(*s.map)}
    comecos = [0, *(m.end() for m in re.finditer("\n", texto))]
    for achado in _DESTINO.finditer(texto):
        linha = bisect_right(comecos, achado.start()) - 1
        abre = _abertura(texto, achado.start()) if linha in linhas else None
        if abre is None:
            continue
        imagem, destino = texto[abre - 1 : abre] == "!" and not _escapado(texto, abre - 1), _normalizar(achado["destino"])
        if (destino, imagem) in reais:
            ligacao = Ligacao(imagem, texto[abre + 1 : achado.start()], destino, linha + 1)
            yield _Achada(ligacao, abre, achado.start(), achado.span("destino"), achado.end())
    for definicao in ambiente.get("references", {}).values():
        comeco = comecos[definicao["map"][0]]
        if definida := _DEFINICAO.match(texto, comeco):
            destino = _normalizar(definida["destino"])
            imagem = (destino, True) in reais
            ligacao = Ligacao(imagem, reais.get((destino, imagem), ""), destino, definicao["map"][0] + 1)
            yield _Achada(ligacao, None, comeco, definida.span("destino"), definida.end())


def _filhos(simbolos: list[Token]) -> Iterator[Token]:
    """As ligações e as imagens, também as que estão dentro do texto alternativo de outra."""
    for simbolo in simbolos:
        if simbolo.type in {"link_open", "image"}:
            yield simbolo
        yield from _filhos(simbolo.children or [])


def _destino(simbolo: Token) -> str:
    return str(simbolo.attrs["src" if simbolo.type == "image" else "href"])


def _normalizar(destino: str) -> str:
    escrito = destino[1:-1] if destino.startswith("<") else destino
    return _leitor().normalizeLink(unescapeAll(escrito))


def _abertura(texto: str, fecha: int) -> int | None:
    """O ``[`` que casa com o ``]`` em ``fecha``."""
    fundo = 0
    for n in range(fecha - 1, max(-1, fecha - ROTULO_MAXIMO), -1):
        if texto[n] not in "[]" or _escapado(texto, n):
            continue
        if texto[n] == "]":
            fundo += 1
        elif fundo == 0:
            return n
        else:
            fundo -= 1
    return None


def _escapado(texto: str, n: int) -> bool:
    barras = 0
    while n - barras > 0 and texto[n - barras - 1] == "\\":
        barras += 1
    return barras % 2 == 1
