"""Os arquivos como vêm: planilhas em qualquer codificação e com qualquer separador, e listas em JSON; com limite de tamanho."""

import csv
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, getincrementaldecoder
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from pen.atendimento.errors import ExportacaoIlegivel
from pen.atendimento.values.exportacao.modelo import Recusado
from pen.comum.errors import conferir

PLANILHA_MAXIMA, JSON_MAXIMO = 2 * 2**30, 512 * 2**20  # bytes; o JSON, somados os arquivos, porque fica na memória
CELULA_MAXIMA = 2 * 2**20  # caracteres
PEDACO = 2**20
SEPARADORES = ";,\t|"


class Item(NamedTuple):
    """Um elemento de uma lista em JSON, ainda por ler, e onde estava."""

    onde: str
    bruto: msgspec.Raw

    @property
    def tamanho(self) -> int:
        """Em bytes."""
        return memoryview(self.bruto).nbytes

    def ler(self) -> dict[str, Any]:
        """O objeto.

        Levanta:
            msgspec.DecodeError: não é um objeto, ou tem um caractere impossível.
        """
        return msgspec.json.decode(self.bruto, type=dict[str, Any])


def ler_itens(itens: Sequence[Item]) -> tuple[list[dict[str, Any]], list[Recusado]]:
    """Os objetos de uma lista auxiliar, e os que não se leem."""
    lidos, recusados = [], []
    for item in itens:
        try:
            lidos.append(item.ler())
        except msgspec.DecodeError:
            recusados.append(Recusado(item.onde, "o item não se lê"))
    return lidos, recusados


def e_json(caminho: Path) -> bool:
    """Se o arquivo é JSON, pelo que tem no começo.

    Levanta:
        ExportacaoIlegivel: o arquivo não se lê, ou está vazio.
    """
    try:
        with caminho.open("rb") as arquivo:
            comeco = arquivo.read(1024).removeprefix(BOM_UTF8).lstrip()
    except OSError as erro:
        raise ExportacaoIlegivel(f"«{caminho.name}» não se pôde abrir: {erro.strerror}.") from None
    conferir(bool(comeco), ExportacaoIlegivel(f"«{caminho.name}» está vazio."))
    return comeco[:1] in b"[{"


def ler_planilha(caminho: Path) -> tuple[list[str], Iterator[tuple[str, list[str]] | Recusado]]:
    """O cabeçalho, e as linhas aos poucos, cada uma com o lugar dela; a que não tem as colunas do cabeçalho é recusada.

    Levanta:
        ExportacaoIlegivel: grande demais, ou sem um cabeçalho que se divida em colunas.
    """
    conferir(caminho.stat().st_size <= PLANILHA_MAXIMA, ExportacaoIlegivel(f"«{caminho.name}» passa de 2 GB; divida-o."))
    linhas = _linhas(caminho)
    primeira = next(linhas, None)
    frase = f"«{caminho.name}» não tem um cabeçalho com colunas separadas por «;», «,» ou tabulação."
    if not isinstance(primeira, tuple) or len(cabecalho := _sem_sobra(primeira[1])) < 2:
        raise ExportacaoIlegivel(frase)
    return [nome.strip() for nome in cabecalho], _conferidas(linhas, len(cabecalho))


def _linhas(caminho: Path) -> Iterator[tuple[str, list[str]] | Recusado]:
    with caminho.open(encoding=_codificacao(caminho), errors="replace", newline="") as arquivo:
        separador = max(SEPARADORES, key=arquivo.readline().count)
        arquivo.seek(0)
        leitor = csv.reader(arquivo, delimiter=separador)
        while True:
            onde = f"{caminho.name}, linha {leitor.line_num + 1}"
            padrao = csv.field_size_limit(
                CELULA_MAXIMA
            )  # vale para o processo inteiro: volta ao que era depois de cada linha
            try:
                campos = next(leitor)
            except StopIteration:
                return
            except csv.Error:
                campos = None
            finally:
                csv.field_size_limit(padrao)
            if campos is None:
                yield Recusado(onde, "uma célula é grande demais, ou tem aspas que não se fecham")
                continue
            if any(campos):
                yield onde, campos


def _conferidas(
    linhas: Iterator[tuple[str, list[str]] | Recusado], colunas: int
) -> Iterator[tuple[str, list[str]] | Recusado]:
    for linha in linhas:
        if isinstance(linha, Recusado):
            yield linha
            continue
        onde, campos = linha
        if len(campos) < colunas or any(campos[colunas:]):
            yield Recusado(onde, f"tem {len(_sem_sobra(campos))} colunas, e o cabeçalho, {colunas}")
        else:
            yield onde, campos[:colunas]


def _sem_sobra(campos: Sequence[str]) -> list[str]:
    """Sem as colunas vazias do fim: o GLPI termina cada linha com o separador."""
    inteiros = list(campos)
    while inteiros and not inteiros[-1].strip():
        inteiros.pop()
    return inteiros


def _codificacao(caminho: Path) -> str:
    """UTF-8, com ou sem marca; UTF-16 com marca; ou, se não é nenhuma, a do Windows em português."""
    decifrador = getincrementaldecoder("utf-8")()
    with caminho.open("rb") as arquivo:
        if arquivo.read(2) in (BOM_UTF16_LE, BOM_UTF16_BE):
            return "utf-16"
        arquivo.seek(0)
        try:
            while pedaco := arquivo.read(PEDACO):
                decifrador.decode(pedaco)
            decifrador.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8-sig"


def ler_listas(caminhos: Sequence[Path], especies: Mapping[str, frozenset[str]]) -> dict[str, list[Item]]:
    """As listas dos arquivos, por espécie: o nome com que vêm num objeto ou, de uma lista solta, os campos que o item tem.

    Levanta:
        ExportacaoIlegivel: grandes demais, JSON malformado, ou uma lista que não é nenhuma das ``especies``.
    """
    total = sum(caminho.stat().st_size for caminho in caminhos)
    grande = (
        f"Os arquivos JSON somam {total // 2**20} MB; o máximo é {JSON_MAXIMO // 2**20} MB. Importe uma parte de cada vez."
    )
    conferir(total <= JSON_MAXIMO, ExportacaoIlegivel(grande))
    listas: dict[str, list[Item]] = defaultdict(list)
    for caminho in caminhos:
        for especie, brutos in _listas_do_arquivo(caminho, especies):
            listas[especie] += [Item(f"{caminho.name}, item {n}", bruto) for n, bruto in enumerate(brutos, start=1)]
    return listas


def _listas_do_arquivo(caminho: Path, especies: Mapping[str, frozenset[str]]) -> Iterator[tuple[str, list[msgspec.Raw]]]:
    conteudo, codificacao = caminho.read_bytes().removeprefix(BOM_UTF8), _codificacao(caminho)
    if codificacao == "cp1252":
        conteudo = conteudo.decode(codificacao, errors="replace").encode()
    try:
        if conteudo.lstrip()[:1] == b"[":
            brutos = msgspec.json.decode(conteudo, type=list[msgspec.Raw])
            if brutos:
                yield _especie(caminho, brutos[0], especies), brutos
            return
        objeto = msgspec.json.decode(conteudo, type=dict[str, msgspec.Raw])
        conhecidas = [nome for nome in objeto if nome in especies]
        if not conhecidas:  # um item só
            bruto = msgspec.Raw(conteudo.strip())
            yield _especie(caminho, bruto, especies), [bruto]
        for nome in conhecidas:
            yield nome, msgspec.json.decode(objeto[nome], type=list[msgspec.Raw])
    except msgspec.DecodeError as erro:
        raise ExportacaoIlegivel(f"«{caminho.name}» não é um JSON inteiro e bem formado ({erro}).") from None


def _especie(caminho: Path, bruto: msgspec.Raw, especies: Mapping[str, frozenset[str]]) -> str:
    """A espécie da lista, pelos campos do primeiro item."""
    try:
        campos = set(msgspec.json.decode(bruto, type=dict[str, msgspec.Raw]))
    except msgspec.DecodeError:
        campos = set()
    achada = next((nome for nome, exigidos in especies.items() if exigidos <= campos), None)
    if achada is None:
        raise ExportacaoIlegivel(f"«{caminho.name}» não é uma lista que se conheça; esperam-se: {', '.join(especies)}.")
    return achada
