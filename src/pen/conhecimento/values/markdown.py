"""Do Markdown de um artigo ao HTML que se mostra: sem HTML de quem escreve, e limpo de novo no fim."""

from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import nh3
from django.utils.text import slugify
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

ETIQUETAS = frozenset(
    ["a", "blockquote", "br", "code", "dd", "dl", "dt", "em", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "strong",
     "table", "tbody", "td", "th", "thead", "tr", "ul"]
)  # fmt: skip
ATRIBUTOS = {"a": {"href", "title"}, "ol": {"start"}, **{f"h{n}": {"id"} for n in range(2, 7)}}


class Titulo(NamedTuple):
    """Um título do artigo: de 2 a 6, porque o 1 é o da página."""

    nivel: int
    ancora: str
    texto: str


@dataclass(frozen=True, slots=True)
class Corpo:
    """O HTML, seguro para a página, e os títulos dele, em ordem."""

    html: Markup
    titulos: tuple[Titulo, ...]


def mostrar_markdown(texto: str) -> Corpo:
    """O texto (CommonMark, com tabelas) em HTML; o que não se permite some, e o HTML escrito à mão aparece como texto."""
    simbolos = _leitor().parse(texto)
    titulos = tuple(_ancorar(simbolos))
    html = _leitor().renderer.render(simbolos, _leitor().options, {})
    limpo = nh3.clean(html, tags=ETIQUETAS, attributes=ATRIBUTOS, url_schemes={"http", "https", "mailto"})
    return Corpo(Markup(limpo), titulos)  # noqa: S704 - acabou de ser limpo


def ler_markdown(texto: str) -> list[Token]:
    """Os símbolos do texto, com os títulos já no nível e com a âncora que têm na página."""
    simbolos = _leitor().parse(texto)
    _ancorar(simbolos)
    return simbolos


@cache
def _leitor() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table")


def _ancorar(simbolos: list[Token]) -> list[Titulo]:
    """Desce os títulos um nível e dá a cada um uma âncora que não se repete."""
    titulos: list[Titulo] = []
    usadas: dict[str, int] = {}
    for n, simbolo in enumerate(simbolos):
        if simbolo.type not in {"heading_open", "heading_close"}:
            continue
        nivel = min(6, int(simbolo.tag[1]) + 1)
        simbolo.tag = f"h{nivel}"
        if simbolo.type == "heading_open":
            escrito = "".join(filho.content for filho in simbolos[n + 1].children or [])
            ancora = slugify(escrito) or "titulo"
            usadas[ancora] = usadas.get(ancora, 0) + 1
            ancora = ancora if usadas[ancora] == 1 else f"{ancora}-{usadas[ancora]}"
            simbolo.attrSet("id", ancora)
            titulos.append(Titulo(nivel, ancora, escrito))
    return titulos
