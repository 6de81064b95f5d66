"""Do Markdown de um artigo ao HTML que se mostra: sem HTML de quem escreve, e limpo de novo no fim.

As imagens são só as do próprio artigo, citadas pelo nome: ``![o que ela mostra](imagem:tela.png)``. Uma de fora diria ao sítio dela
quem lê.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import nh3
from django.utils.text import slugify
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markupsafe import Markup

ETIQUETAS = frozenset(
    ["a", "blockquote", "br", "code", "dd", "dl", "dt", "em", "h2", "h3", "h4", "h5", "h6", "hr", "img", "li", "ol", "p", "pre",
     "strong", "table", "tbody", "td", "th", "thead", "tr", "ul"]
)  # fmt: skip
ATRIBUTOS = {
    "a": {"href", "title"}, "img": {"src", "alt", "title", "width", "height", "loading"}, "ol": {"start"},
    **{f"h{n}": {"id"} for n in range(2, 7)},
}  # fmt: skip
IMAGEM = "imagem:"
# Larga demais para o celular, rola sozinha, também pelo teclado.
TABELA_QUE_ROLA = '<div class="rolavel" role="group" aria-label="Tabela" tabindex="0"><table>'
NIVEL_NA_CONVERSA = 3  # cada fala já está sob um título da página


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


class ImagemNaPagina(NamedTuple):
    """Onde está uma imagem do artigo, e o tamanho dela em pontos."""

    endereco: str
    largura: int
    altura: int


class ImagemCitada(NamedTuple):
    """Uma imagem como o texto a cita: o destino, e o texto alternativo, que pode faltar."""

    destino: str
    texto: str


SEM_IMAGENS: Mapping[str, ImagemNaPagina] = {}


def mostrar_markdown(texto: str, imagens: Mapping[str, ImagemNaPagina] = SEM_IMAGENS) -> Corpo:
    """O texto (CommonMark, com tabelas) em HTML; o que não se permite some, e o HTML escrito à mão aparece como texto.

    ``imagens`` são as do artigo, pelo nome; no lugar de outra, ou de uma sem texto alternativo, fica o texto dela.
    """
    simbolos = _leitor().parse(texto)
    titulos = tuple(_ancorar(simbolos))
    _pendurar(simbolos, imagens)
    html = _leitor().renderer.render(simbolos, _leitor().options, {})
    enderecos = {imagem.endereco for imagem in imagens.values()}
    limpo = nh3.clean(
        html, tags=ETIQUETAS, attributes=ATRIBUTOS, url_schemes={"http", "https", "mailto"},
        attribute_filter=lambda _, nome, valor: None if nome == "src" and valor not in enderecos else valor,
    )  # fmt: skip
    return Corpo(Markup(limpo), titulos)  # noqa: S704 - acabou de ser limpo


def mostrar_conversa(texto: str) -> Markup:
    """O texto de quem conversa: sem imagens, com os títulos abaixo dos da página e sem âncora, que duas falas repetiriam.

    As ligações não dão reputação ao lugar aonde vão: é por ela que se escreve propaganda num fórum.
    """
    simbolos = _leitor().parse(texto)
    _pendurar(simbolos, SEM_IMAGENS)
    titulos = [simbolo for simbolo in simbolos if simbolo.type in {"heading_open", "heading_close"}]
    descida = NIVEL_NA_CONVERSA - min((int(titulo.tag[1]) for titulo in titulos), default=1)
    for titulo in titulos:
        titulo.tag = f"h{min(6, int(titulo.tag[1]) + descida)}"
    html = _leitor().renderer.render(simbolos, _leitor().options, {})
    limpo = nh3.clean(
        html, tags=ETIQUETAS - {"img"}, attributes={"a": {"href", "title"}, "ol": {"start"}},
        url_schemes={"http", "https", "mailto"}, link_rel="nofollow ugc noopener noreferrer",
    )  # fmt: skip
    limpo = limpo.replace("<table>", TABELA_QUE_ROLA).replace("</table>", "</table></div>")
    return Markup(limpo)  # noqa: S704 - acabou de ser limpo


def simbolos_do_texto(texto: str) -> list[Token]:
    """Os símbolos do texto, com os títulos já no nível e com a âncora que têm na página."""
    simbolos = _leitor().parse(texto)
    _ancorar(simbolos)
    return simbolos


def titulos_do_texto(texto: str) -> list[Titulo]:
    """Os títulos do texto, com as âncoras que ele tem na página."""
    return _ancorar(_leitor().parse(texto))


def imagens_citadas(texto: str) -> list[ImagemCitada]:
    """As imagens do texto, em ordem, também as que não se mostram."""
    return [ImagemCitada(str(i.attrs["src"]), _alternativo(i)) for i in _imagens(_leitor().parse(texto))]


def conferir_imagens(texto: str, nomes: Collection[str]) -> list[str]:
    """O que há de errado com as imagens do texto, uma frase por defeito; ``nomes`` são as que o artigo tem."""
    frases = []
    for destino, alternativo in imagens_citadas(texto):
        nome = destino.removeprefix(IMAGEM)
        if nome == destino:
            frases.append(f"A imagem «{nome}» é de fora. Envie-a a este artigo, e cite-a pelo nome.")
        elif nome not in nomes:
            frases.append(f"A imagem «{nome}» não foi enviada a este artigo.")
        if not alternativo:
            frases.append(f"A imagem «{nome}» não tem texto alternativo: escreva entre os colchetes o que ela mostra.")
    return frases


def ancorar(escritos: Iterable[str]) -> Iterator[str]:
    """A âncora de cada título, na ordem; nenhuma se repete."""
    usadas: dict[str, int] = {}
    for escrito in escritos:
        ancora = slugify(escrito) or "titulo"
        usadas[ancora] = usadas.get(ancora, 0) + 1
        yield ancora if usadas[ancora] == 1 else f"{ancora}-{usadas[ancora]}"


@cache
def _leitor() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table")


def _ancorar(simbolos: list[Token]) -> list[Titulo]:
    """Desce os títulos até o mais alto ser o 2, e dá a cada um a sua âncora."""
    abrem = [n for n, simbolo in enumerate(simbolos) if simbolo.type == "heading_open"]
    descida = 2 - min((int(simbolos[n].tag[1]) for n in abrem), default=1)
    escritos = ["".join(filho.content for filho in simbolos[n + 1].children or []) for n in abrem]
    titulos = []
    for n, escrito, ancora in zip(abrem, escritos, ancorar(escritos), strict=True):
        nivel = min(6, int(simbolos[n].tag[1]) + descida)
        simbolos[n].tag = simbolos[n + 2].tag = f"h{nivel}"
        simbolos[n].attrSet("id", ancora)
        titulos.append(Titulo(nivel, ancora, escrito))
    return titulos


def _imagens(simbolos: list[Token]) -> Iterator[Token]:
    return (filho for simbolo in simbolos for filho in simbolo.children or [] if filho.type == "image")


def _alternativo(imagem: Token) -> str:
    return RendererHTML().renderInlineAsText(imagem.children or [], _leitor().options, {}).strip()


def _pendurar(simbolos: list[Token], imagens: Mapping[str, ImagemNaPagina]) -> None:
    """Dá a cada imagem do artigo o endereço e o tamanho; as outras viram o texto delas."""
    for imagem in _imagens(simbolos):
        destino, alternativo = str(imagem.attrs["src"]), _alternativo(imagem)
        na_pagina = imagens.get(destino.removeprefix(IMAGEM)) if destino.startswith(IMAGEM) and alternativo else None
        if na_pagina is None:
            imagem.type, imagem.tag, imagem.content, imagem.children = "text", "", alternativo, None
        else:
            imagem.attrs |= {
                "src": na_pagina.endereco, "width": na_pagina.largura, "height": na_pagina.altura, "loading": "lazy",
            }  # fmt: skip
