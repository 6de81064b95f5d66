"""Um artigo cortado em trechos: o pedaço que se acha, se mostra e se cita."""

from collections.abc import Iterator
from typing import NamedTuple

from markdown_it.token import Token

from pen.conhecimento.values.markdown import simbolos_do_texto

PALAVRAS_MAXIMO = 160  # de um trecho; o que passa vira outro, no fim de um parágrafo


class Corte(NamedTuple):
    """Um pedaço do texto: a âncora e o título da seção (vazios no começo do artigo), e as palavras, sem a marcação."""

    ancora: str
    titulo: str
    texto: str


def cortar_em_trechos(texto: str) -> list[Corte]:
    """Os trechos de um texto em Markdown, na ordem: um por seção, ou mais, se ela é longa; um vazio, se não há texto."""
    return list(_cortar(texto)) or [Corte("", "", "")]


def _cortar(texto: str) -> Iterator[Corte]:
    ancora, titulos, blocos = "", dict[int, str](), list[str]()
    for simbolo, escrito in _blocos(simbolos_do_texto(texto)):
        if simbolo.type == "heading_open":
            yield from _juntar(ancora, titulos, blocos)
            nivel, ancora, blocos = int(simbolo.tag[1]), str(simbolo.attrs["id"]), []
            titulos = {n: t for n, t in titulos.items() if n < nivel} | {nivel: escrito}
        else:
            blocos.append(escrito)
    yield from _juntar(ancora, titulos, blocos)


def _juntar(ancora: str, titulos: dict[int, str], blocos: list[str]) -> Iterator[Corte]:
    titulo, juntos, quantas = " › ".join(titulos.values()), list[str](), 0
    for bloco in blocos:
        palavras = len(bloco.split())
        if juntos and quantas + palavras > PALAVRAS_MAXIMO:
            yield Corte(ancora, titulo, "\n".join(juntos))
            juntos, quantas = [], 0
        juntos.append(bloco)
        quantas += palavras
    if juntos:
        yield Corte(ancora, titulo, "\n".join(juntos))


def _blocos(simbolos: list[Token]) -> Iterator[tuple[Token, str]]:
    """Cada bloco com texto, e o símbolo que o abre; de uma tabela, uma linha é um bloco."""
    linha: list[str] | None = None
    marca = ""  # do item da lista que começa
    for n, simbolo in enumerate(simbolos):
        if simbolo.type == "list_item_open":
            marca = f"{simbolo.info}. " if simbolo.info else "• "
        elif simbolo.type == "tr_open":
            linha = []
        elif simbolo.type == "tr_close" and linha is not None:
            yield simbolo, " · ".join(linha)
            linha = None
        elif simbolo.type in {"fence", "code_block"}:
            yield simbolo, simbolo.content.strip()
        elif simbolo.type == "inline" and (escrito := _sem_marcas(simbolo)):
            if linha is None:
                yield simbolos[n - 1], marca + escrito
                marca = ""
            else:
                linha.append(escrito)


def _sem_marcas(simbolo: Token) -> str:
    partes = (" " if f.type in {"softbreak", "hardbreak"} else f.content for f in simbolo.children or [])
    return "".join(partes).strip()
