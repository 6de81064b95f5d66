"""Uma pasta de artigos em arquivos. Lê-se duas vezes: a primeira, para saber o que um arquivo cita do outro; a segunda, inteira."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import NamedTuple

from pen.conhecimento.errors import ImportacaoInvalida
from pen.conhecimento.values.importacao.em_markdown import ler_markdown
from pen.conhecimento.values.importacao.em_rst import ler_rst
from pen.conhecimento.values.importacao.modelo import ArtigoIlegivel, ArtigoLido, Referencias
from pen.conhecimento.values.markdown import titulos_do_texto

EXTENSOES = (".md", ".rst")
ARQUIVOS_MAXIMO = 5_000
TEXTO_MAXIMO = 2**20  # bytes, de um arquivo


class Recusa(NamedTuple):
    """Um arquivo que não entra, a linha e a razão."""

    caminho: str
    linha: int
    razao: str


@dataclass(frozen=True, slots=True)
class Ficha:
    """O que se guarda de cada arquivo entre as duas leituras; ``produto`` é o que ele diz, ou vazio."""

    caminho: str
    titulo: str
    codigo: str
    produto: str
    ancoras: frozenset[str]
    so_liga: bool
    arvore: tuple[str, ...]


@dataclass(slots=True)
class Pasta:
    """Os artigos de uma pasta, na ordem em que os índices os põem."""

    raiz: Path
    fichas: dict[str, Ficha] = field(default_factory=dict)
    recusas: list[Recusa] = field(default_factory=list)
    referencias: Referencias = field(default_factory=lambda: Referencias({}, {}, {}))
    pais: dict[str, str] = field(default_factory=dict)  # de cada arquivo, o índice que o lista

    def artigos(self) -> Iterator[Ficha]:
        """Os que viram artigo: os outros são índices, ou não se leem."""
        return (ficha for ficha in self.fichas.values() if not ficha.so_liga)

    def ler(self, caminho: str) -> ArtigoLido:
        """O artigo, com as ligações pelo nome já achadas.

        Levanta:
            ArtigoIlegivel: o arquivo mudou desde a primeira leitura, e não se entende mais.
        """
        return _ler(self.raiz, caminho, self.referencias)

    def produto_de(self, caminho: str, catalogo: Mapping[str, object]) -> str:
        """O produto que o arquivo diz; senão o do índice que o lista; senão a pasta com nome de produto; ou vazio."""
        visto, atual = set[str](), caminho
        while atual in self.fichas and atual not in visto:
            if self.fichas[atual].produto:
                return self.fichas[atual].produto
            visto.add(atual)
            atual = self.pais.get(atual, "")
        return next((parte for parte in dirname(caminho).split("/") if parte in catalogo), "")

    def achar_artigo(self, de: str, alvo: str) -> Ficha | None:
        """O arquivo que uma ligação cita, com a extensão, sem ela ou com a da página gerada; de uma pasta, o índice dela."""
        base = normpath(join(dirname(de), alvo))
        sem_html = base.removesuffix(".html")
        candidatos = [base, *(sem_html + extensao for extensao in EXTENSOES)]
        candidatos += [join(base, nome) for nome in ("README.md", "readme.md", "index.md", "index.rst")]
        return next((self.fichas[normpath(c)] for c in candidatos if normpath(c) in self.fichas), None)

    def achar_arquivo(self, de: str, alvo: str) -> Path | None:
        """O arquivo da pasta que o texto cita; começado por ``/``, desde a raiz. O que sai da pasta não se acha."""
        caminho = self.raiz / (alvo.lstrip("/") if alvo.startswith("/") else join(dirname(de), alvo))
        try:
            dentro = caminho.resolve().is_relative_to(self.raiz) and caminho.is_file()
        except (OSError, ValueError):
            return None
        return caminho if dentro else None


def ler_pasta(raiz: Path) -> Pasta:
    """A primeira leitura de todos os arquivos; o que não se lê fica nas recusas, e não impede os outros.

    Levanta:
        ImportacaoInvalida: não há arquivos, ou são demais.
    """
    pasta = Pasta(raiz.resolve())
    caminhos = sorted(_caminhos(pasta.raiz))
    if not caminhos:
        raise ImportacaoInvalida(f"Não há artigos em «{raiz}»: procuro {' e '.join(f'*{e}' for e in EXTENSOES)}.")
    if len(caminhos) > ARQUIVOS_MAXIMO:
        raise ImportacaoInvalida(f"A pasta tem {len(caminhos)} arquivos; importe até {ARQUIVOS_MAXIMO} de cada vez.")
    fichas: dict[str, Ficha] = {}
    citaveis = pasta.referencias
    codigos: dict[str, str] = {}
    for caminho in caminhos:
        try:
            lido = _ler(pasta.raiz, caminho, None)
            if not lido.cabecalho.titulo and not lido.so_liga:
                raise ArtigoIlegivel(1, "não tem título: ponha «titulo» no cabeçalho, ou um título de nível 1")
            codigo = lido.cabecalho.codigo
            if codigo and codigos.setdefault(codigo, caminho) != caminho:
                raise ArtigoIlegivel(1, f"o código «{codigo}» já é de «{codigos[codigo]}»")
        except ArtigoIlegivel as erro:
            pasta.recusas.append(Recusa(caminho, erro.linha, erro.frase))
            continue
        ancoras = frozenset(titulo.ancora for titulo in titulos_do_texto(lido.corpo))
        fichas[caminho] = Ficha(
            caminho, lido.cabecalho.titulo, codigo, lido.cabecalho.produto, ancoras, lido.so_liga, tuple(lido.arvore)
        )  # fmt: skip
        citaveis.titulos[caminho] = lido.cabecalho.titulo
        for nome, rotulo in lido.rotulos.items():
            citaveis.rotulos.setdefault(nome, rotulo)
        for termo in lido.termos:
            citaveis.termos.setdefault(termo, caminho)
    _ordenar(pasta, fichas)
    return pasta


def _caminhos(raiz: Path) -> Iterator[str]:
    """Os arquivos de texto, pelo caminho a partir da raiz; as pastas ocultas e as geradas ficam de fora."""
    for onde, pastas, arquivos in os.walk(raiz):
        pastas[:] = [p for p in pastas if not p.startswith((".", "_")) and not Path(onde, p).is_symlink()]
        for nome in arquivos:
            if nome.lower().endswith(EXTENSOES) and not nome.startswith(".") and not Path(onde, nome).is_symlink():
                yield Path(onde, nome).relative_to(raiz).as_posix()


def _ler(raiz: Path, caminho: str, referencias: Referencias | None) -> ArtigoLido:
    try:
        with (raiz / caminho).open("rb") as arquivo:
            bruto = arquivo.read(TEXTO_MAXIMO + 1)
        texto = bruto.decode("utf-8-sig")
    except OSError as erro:
        raise ArtigoIlegivel(1, f"não se pôde ler: {erro.strerror}") from None
    except UnicodeDecodeError as erro:
        raise ArtigoIlegivel(bruto.count(b"\n", 0, erro.start) + 1, "não está em UTF-8") from None
    if len(bruto) > TEXTO_MAXIMO:
        raise ArtigoIlegivel(1, f"passa de {TEXTO_MAXIMO // 2**20} MB")
    texto = texto.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    try:
        return ler_rst(caminho, texto, referencias) if caminho.lower().endswith(".rst") else ler_markdown(caminho, texto)
    except ArtigoIlegivel:
        raise
    except Exception as erro:  # um arquivo que derruba o leitor não impede os outros
        raise ArtigoIlegivel(1, f"não se entende ({type(erro).__name__})") from erro


def _ordenar(pasta: Pasta, fichas: dict[str, Ficha]) -> None:
    """Põe as fichas na ordem dos índices, e anota de quem cada uma é; o que nenhum índice lista vai na ordem do nome."""
    filhos = {caminho: [f for f in _da_arvore(ficha, fichas) if f != caminho] for caminho, ficha in fichas.items()}
    for pai, lista in filhos.items():
        for filho in lista:
            pasta.pais.setdefault(filho, pai)
    pilha = sorted(fichas, key=lambda caminho: (caminho in pasta.pais, caminho), reverse=True)
    while pilha:
        if (caminho := pilha.pop()) not in pasta.fichas:
            pasta.fichas[caminho] = fichas[caminho]
            pilha += reversed(filhos[caminho])


def _da_arvore(ficha: Ficha, fichas: Mapping[str, Ficha]) -> Iterator[str]:
    for entrada in ficha.arvore:
        alvo = entrada.lstrip("/") if entrada.startswith("/") else normpath(join(dirname(ficha.caminho), entrada))
        for extensao in ("", *EXTENSOES):
            if "*" in alvo:
                yield from (caminho for caminho in fichas if fnmatch(caminho, alvo + extensao))
            elif alvo + extensao in fichas:
                yield alvo + extensao
                break
