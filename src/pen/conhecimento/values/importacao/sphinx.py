"""As diretivas e os papéis do Sphinx que as bases usam, ensinados ao docutils. Nenhum lê outro arquivo nem executa nada."""

import re
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import Directive, directives, roles

ADMOESTACOES = {
    "seealso": "Veja também", "versionadded": "Novo na versão {0}", "versionchanged": "Mudou na versão {0}",
    "versionremoved": "Saiu na versão {0}", "deprecated": "Obsoleto desde a versão {0}",
}  # fmt: skip
# O argumento vira uma linha em negrito; o que está dentro, texto.
RECIPIENTES = (
    "tabs", "tab", "tab-set", "tab-item", "dropdown", "details", "collapse", "centered", "only", "grid", "grid-item",
    "grid-item-card", "card",
)  # fmt: skip
SEM_TEXTO = (
    "index", "highlight", "tabularcolumns", "contents", "sectnum", "section-numbering", "sectionauthor", "codeauthor",
    "currentmodule", "default-domain", "title",
)  # fmt: skip
RECUSADAS = ("literalinclude", "todo", "ifconfig", "automodule", "autoclass", "autofunction")
LIGACOES = ("ref", "doc", "term", "download", "numref", "any")
EM_CODIGO = ("kbd", "file", "option", "envvar", "samp", "command", "program", "makevar", "mimetype", "regexp", "class", "func",
             "meth", "mod", "attr", "data", "const", "py:class", "py:func", "py:meth", "py:mod", "py:attr", "py:data")  # fmt: skip
_COM_TITULO = re.compile(r"(?P<titulo>.+?)\s*(?<!\x00)<(?P<alvo>[^<>]+)>", re.S)


class arvore(nodes.General, nodes.Element):
    """Um ``toctree``: os arquivos, em ordem, em ``entradas``."""


class ligacao(nodes.Inline, nodes.TextElement):
    """Uma ligação pelo nome: o ``papel``, o ``alvo`` e, se foi escrito, o texto."""


class _Opcoes(dict[str, Callable[[str], str]]):
    """Aceita qualquer opção: as que não mudam o texto não importam."""

    def __missing__(self, opcao: str) -> Callable[[str], str]:
        return directives.unchanged


class _Diretiva(Directive):
    has_content = True
    optional_arguments = 1
    final_argument_whitespace = True
    option_spec: ClassVar = _Opcoes({"class": directives.unchanged})

    def dentro(self) -> list[nodes.Node]:
        """O que está dentro, lido como texto."""
        caixa = nodes.container()
        self.state.nested_parse(self.content, self.content_offset, caixa)
        return list(caixa.children)

    def frase(self, texto: str) -> nodes.Element:
        """Um texto curto, lido como linha."""
        filhos, _ = self.state.inline_text(texto, self.lineno)
        return nodes.strong("", "", *filhos)


class _Arvore(_Diretiva):
    def run(self) -> list[nodes.Node]:
        escritas = (linha.strip() for linha in [*"".join(self.arguments).split("\n"), *self.content])
        entradas = [_COM_TITULO.fullmatch(e)["alvo"] if e.endswith(">") and "<" in e else e for e in escritas if e]  # type: ignore[index]
        achada = arvore("", entradas=entradas)
        achada.line = self.lineno
        return [achada]


class _Admoestacao(_Diretiva):
    def run(self) -> list[nodes.Node]:
        argumento = self.arguments[0] if self.arguments else ""
        titulo, resto = ADMOESTACOES[self.name], []
        if "{0}" in titulo:
            versao, *outras = argumento.split(maxsplit=1)
            titulo, argumento = titulo.format(versao), "".join(outras)
        if argumento.strip():
            filhos, _ = self.state.inline_text(argumento.strip(), self.lineno)
            resto = [nodes.paragraph("", "", *filhos)]
        caixa = nodes.admonition("", nodes.title("", titulo), *resto, *self.dentro())
        return [caixa]


class _Recipiente(_Diretiva):
    def run(self) -> list[nodes.Node]:
        titulo = self.arguments[0] if self.arguments and self.name != "only" else ""
        return [*([nodes.paragraph("", "", self.frase(titulo))] if titulo else []), *self.dentro()]


class _SoConteudo(_Diretiva):
    optional_arguments = 0

    def run(self) -> list[nodes.Node]:
        return self.dentro()


class _SemTexto(_Diretiva):
    def run(self) -> list[nodes.Node]:
        return []


class _Recusada(_Diretiva):
    def run(self) -> list[nodes.Node]:
        return [self.state.document.reporter.warning(f'"{self.name}" directive disabled.', line=self.lineno)]


class _Codigo(_Diretiva):
    def run(self) -> list[nodes.Node]:
        lingua, *colado = "".join(self.arguments).split("\n")  # sem linha vazia depois, o código vem junto
        texto = "\n".join([*colado, *self.content])
        bloco = nodes.literal_block(texto, texto, classes=["code", *lingua.split()[:1]])
        legenda = self.options.get("caption", "")
        return [*([nodes.paragraph("", "", self.frase(legenda))] if legenda else []), bloco]


def _papel_de_ligacao(
    nome: str, bruto: str, texto: str, linha: int, leitor: Any, opcoes: Any = None, conteudo: Sequence[str] = ()
) -> tuple[list[nodes.Node], list[nodes.Node]]:  # fmt: skip
    achado = _COM_TITULO.fullmatch(texto)
    titulo, alvo = (achado["titulo"], achado["alvo"]) if achado else ("", texto)
    no = ligacao(bruto, nodes.unescape(titulo), papel=nome, alvo=nodes.unescape(alvo).lstrip("!~").strip())
    _, no.line = leitor.reporter.get_source_and_line(linha)
    return [no], []


def _papel_de_texto(classe: type[nodes.TextElement], mudar: Callable[[str], str]) -> Callable[..., Any]:
    def papel(
        nome: str, bruto: str, texto: str, linha: int, leitor: Any, opcoes: Any = None, conteudo: Sequence[str] = ()
    ) -> tuple[list[nodes.Node], list[nodes.Node]]:  # fmt: skip
        return [classe(bruto, mudar(nodes.unescape(texto)))], []

    return papel


def _menu(texto: str) -> str:
    return re.sub(r"\s*-->\s*", " → ", _sem_atalho(texto))


def _sem_atalho(texto: str) -> str:
    """``&Arquivo`` é «Arquivo», com o A de atalho."""
    return re.sub(r"&(&?)", r"\1", texto)


def ensinar() -> None:
    """Registra tudo no docutils; repetir não muda nada."""
    directives.register_directive("toctree", _Arvore)
    for nome in ("code-block", "sourcecode", "code"):
        directives.register_directive(nome, _Codigo)
    for nomes, classe in (
        (ADMOESTACOES, _Admoestacao),
        (RECIPIENTES, _Recipiente),
        (SEM_TEXTO, _SemTexto),
        (RECUSADAS, _Recusada),
    ):
        for nome in nomes:
            directives.register_directive(nome, classe)
    for nome in ("glossary", "hlist"):
        directives.register_directive(nome, _SoConteudo)
    for nome in LIGACOES:
        roles.register_local_role(nome, _papel_de_ligacao)  # type: ignore[arg-type]  # devolve um nó nosso
    for nome in EM_CODIGO:
        roles.register_local_role(nome, _papel_de_texto(nodes.literal, str))
    roles.register_local_role("guilabel", _papel_de_texto(nodes.strong, _sem_atalho))
    roles.register_local_role("menuselection", _papel_de_texto(nodes.strong, _menu))
    roles.register_local_role("abbr", _papel_de_texto(nodes.inline, str))
