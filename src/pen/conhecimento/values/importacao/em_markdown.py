"""Ler um artigo em Markdown, com cabeçalho ou sem."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from markdown_it import MarkdownIt
from markdown_it.token import Token

from pen.conhecimento.enums import Especie
from pen.conhecimento.values.importacao.cabecalho import ler_cabecalho
from pen.conhecimento.values.importacao.modelo import ArtigoLido, Aviso, Cabecalho
from pen.conhecimento.values.importacao.roteiro import reconhecer_roteiro, separar_modelo
from pen.conhecimento.values.ligacoes import ligacoes_do_texto

INDICES = {"readme", "index"}
_LEITOR = MarkdownIt("commonmark", {"html": True}).enable("table")  # aqui só se reconhece o HTML; nunca se mostra
_NOTA = re.compile(r"^ {0,3}\[\^[^\]\n]+\]:", re.M)


def ler_markdown(caminho: str, texto: str) -> ArtigoLido:
    """O artigo do arquivo; sem título no cabeçalho, o primeiro título de nível 1, que sai do texto.

    Levanta:
        ArtigoIlegivel: o cabeçalho não se entende.
    """
    linhas = texto.split("\n")
    achado, antes = ler_cabecalho(linhas)
    cabecalho, linhas = achado or Cabecalho(), linhas[antes:]
    simbolos = _LEITOR.parse("\n".join(linhas))
    avisos = [Aviso(antes + linha, frase) for linha, frase in _nao_entendidos(simbolos, "\n".join(linhas))]
    if not cabecalho.titulo:
        cabecalho.titulo = _tirar_titulo(simbolos, linhas)
    for simbolo in simbolos:  # um comentário apareceria como texto
        if simbolo.type == "html_block" and _e_comentario(simbolo.content) and simbolo.map:
            linhas[slice(*simbolo.map)] = [""] * (simbolo.map[1] - simbolo.map[0])
    corpo = "\n".join(linhas)
    onde: dict[tuple[str, str], int] = {}
    for ligacao in ligacoes_do_texto(corpo):
        onde.setdefault((ligacao.destino, ligacao.rotulo), antes + ligacao.linha)
    lido = ArtigoLido(caminho, cabecalho, corpo.strip(), linhas=onde, avisos=avisos)
    lido.so_liga = achado is None and e_indice(caminho) and so_tem_ligacoes(lido.corpo, so_titulos_e_listas=True)
    if cabecalho.especie == Especie.ROTEIRO:
        lido.corpo, lido.modelo = separar_modelo(lido.corpo)
    elif cabecalho.especie is None:
        reconhecer_roteiro(lido)
    return lido


def e_indice(caminho: str) -> bool:
    """Se o nome é o da página de entrada de uma pasta."""
    return PurePosixPath(caminho).stem.lower() in INDICES


def so_tem_ligacoes(corpo: str, *, so_titulos_e_listas: bool) -> bool:
    """Se o texto não diz nada fora de títulos e de listas de ligações; com ``so_titulos_e_listas``, de qualquer lista."""
    fundo, antes = 0, ""
    for simbolo in _LEITOR.parse(corpo):
        if simbolo.type.endswith("list_open") or simbolo.type.endswith("list_close"):
            fundo += simbolo.nesting
        diz = simbolo.type in {"fence", "code_block"} or (simbolo.type == "inline" and _fora_das_ligacoes(simbolo))
        em_lista = fundo > 0 and (so_titulos_e_listas or any(f.type == "link_open" for f in simbolo.children or []))
        if diz and not em_lista and antes != "heading_open":
            return False
        antes = simbolo.type
    return True


def _fora_das_ligacoes(simbolo: Token) -> bool:
    dentro, fora = 0, ""
    for filho in simbolo.children or []:
        dentro += {"link_open": 1, "link_close": -1}.get(filho.type, 0)
        if not dentro and filho.type != "link_close":
            fora += filho.content
    return any(letra.isalnum() for letra in fora)


def _tirar_titulo(simbolos: list[Token], linhas: list[str]) -> str:
    """O primeiro título de nível 1, que deixa a linha vazia no lugar; vazio, se não há."""
    for n, simbolo in enumerate(simbolos):
        if simbolo.type == "heading_open" and simbolo.tag == "h1" and simbolo.level == 0 and simbolo.map:
            linhas[slice(*simbolo.map)] = [""] * (simbolo.map[1] - simbolo.map[0])
            return " ".join("".join(f.content or " " for f in simbolos[n + 1].children or []).split())
    return ""


def _nao_entendidos(simbolos: list[Token], texto: str) -> Iterator[tuple[int, str]]:
    for simbolo in simbolos:
        linha = simbolo.map[0] + 1 if simbolo.map else 1
        if simbolo.type == "html_block" and not _e_comentario(simbolo.content):
            yield linha, "HTML não se aceita, e aparece como texto"
        for filho in simbolo.children or []:
            if filho.type == "html_inline":
                yield linha, f"HTML não se aceita, e aparece como texto: {filho.content[:40]}"
                break
    for nota in _NOTA.finditer(texto):
        yield texto.count("\n", 0, nota.start()) + 1, "nota de rodapé não se entende, e fica como está escrita"


def _e_comentario(html: str) -> bool:
    return html.strip().startswith("<!--") and html.strip().endswith("-->") and html.count("-->") == 1
