"""CSV como as pessoas o produzem: vírgula, ponto e vírgula ou tabulação; UTF-8 ou Windows-1252."""

import csv
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO, TextIOWrapper
from pathlib import Path

from pen.comum.exportacao import neutralizar, precisa_neutralizar
from pen.comum.planilha.base import (
    LINHAS_DA_AMOSTRA,
    Amostra,
    Celula,
    Dizer,
    Planilha,
    PlanilhaInvalida,
    exigir_colunas,
    exigir_linhas,
)

AMOSTRA = 64 * 1024
_BOM = b"\xef\xbb\xbf"
_FIM_DE_LINHA = re.compile(r"(\r\n|\n|\r)\Z")


@contextmanager
def abrir_csv(arquivo: Path) -> Iterator["csv.DictReader[str]"]:
    """Abre o CSV como dicionários pelo cabeçalho, descobrindo o separador e a codificação pelo começo do arquivo."""
    with arquivo.open("rb") as bruto:
        amostra = bruto.read(AMOSTRA)
    with arquivo.open(encoding=_codificacao(amostra), errors="replace", newline="") as texto:
        yield csv.DictReader(texto, delimiter=_separador(amostra))


def _codificacao(amostra: bytes) -> str:
    try:
        amostra.decode("utf-8")
    except UnicodeDecodeError as erro:
        if erro.start < len(amostra) - 4:  # perto do fim pode ser um caractere cortado pela amostra
            return "cp1252"
    return "utf-8-sig"


def _separador(amostra: bytes) -> str:
    cabecalho = amostra.lstrip(b"\r\n").split(b"\n", 1)[0]
    return max(",;\t", key=lambda s: cabecalho.count(s.encode()))


class PlanilhaCsv(Planilha):
    """Um CSV na memória. O que já estava escrito sai byte a byte como veio, menos as células que virariam fórmula."""

    formato = "csv"

    def __init__(self, conteudo: bytes, *, linhas_maximo: int | None = None) -> None:
        self._bom = _BOM if conteudo.startswith(_BOM) else b""
        self._conteudo = conteudo[len(self._bom) :]
        self._codificacao = "utf-8" if _e_utf8(self._conteudo) else "cp1252"
        self._separador = _separador(self._conteudo[:AMOSTRA].replace(b"\r", b"\n"))
        self._linhas_maximo = linhas_maximo
        self._contadas: tuple[int, int] | None = None

    def amostra(self) -> Amostra:
        """O começo, e quantas linhas há."""
        guardadas, total = [], 0
        for _, celulas in self._linhas_com_algo():
            total += 1
            if total <= LINHAS_DA_AMOSTRA + 1:
                guardadas.append(tuple(Celula(_legivel(texto)) for texto in celulas))
        if not guardadas:
            raise PlanilhaInvalida("O arquivo não tem nenhuma linha preenchida.")
        return Amostra(guardadas[0], tuple(guardadas[1:]), total)

    def contar(self, coluna: int) -> int:
        """Quantas linhas têm algo."""
        return self._medir()[0]

    def acrescentar(self, coluna: int, dizer: Dizer, *, titulos: Sequence[str], com_cabecalho: bool) -> bytes:
        """O mesmo CSV, no mesmo separador e na mesma codificação, com colunas a mais."""
        _, largura = self._medir()
        saida, e_cabecalho = BytesIO(), com_cabecalho
        saida.write(self._bom)
        for escrita, celulas in self._registros():
            if not any(celulas):
                saida.write(self._codificar(escrita))
                continue
            if e_cabecalho:
                novas, e_cabecalho = titulos, False
            else:
                novas = dizer(Celula(_legivel(celulas[coluna]) if coluna < len(celulas) else ""))
            fim = _FIM_DE_LINHA.search(escrita)
            corpo = escrita[: fim.start()] if fim else escrita
            if any(map(precisa_neutralizar, celulas)):
                corpo = self._escrever([neutralizar(texto) for texto in celulas])
            saida.write(self._codificar(corpo))
            acrescimo = self._separador * (largura - len(celulas) + 1) + self._escrever([neutralizar(t) for t in novas])
            saida.write((acrescimo + (fim[0] if fim else "")).encode(self._codificacao, "replace"))
        return saida.getvalue()

    def _medir(self) -> tuple[int, int]:
        """Quantas linhas têm algo, e quantas células tem a mais comprida."""
        if self._contadas is None:
            total = largura = 0
            for _, celulas in self._linhas_com_algo():
                total, largura = total + 1, max(largura, len(celulas))
            self._contadas = total, largura
        return self._contadas

    def _linhas_com_algo(self) -> Iterator[tuple[str, list[str]]]:
        total = 0
        for escrita, celulas in self._registros():
            if any(celulas):
                total += 1
                exigir_linhas(total, self._linhas_maximo)
                exigir_colunas(len(celulas))
                yield escrita, celulas

    def _registros(self) -> Iterator[tuple[str, list[str]]]:
        """Cada registro, que pode ocupar várias linhas, como está escrito e repartido em células.

        Levanta:
            PlanilhaInvalida: aspas que não fecham, ou célula grande demais.
        """
        escritas: list[str] = []

        def anotar(linhas: TextIOWrapper) -> Iterator[str]:
            for linha in linhas:
                escritas.append(linha)
                yield linha

        with TextIOWrapper(
            BytesIO(self._conteudo), encoding=self._codificacao, errors="surrogateescape", newline=""
        ) as texto:
            leitor = csv.reader(anotar(texto), delimiter=self._separador)
            antes = 0
            try:
                for celulas in leitor:
                    escrita = "".join(escritas)
                    if len(escritas) > 1 and escrita.count('"') % 2:
                        raise csv.Error
                    yield escrita, celulas
                    escritas.clear()
                    antes = leitor.line_num
            except csv.Error as erro:
                raise PlanilhaInvalida(
                    f"Não deu para ler o arquivo a partir da linha {antes + 1}: há aspas que não fecham, ou uma célula grande "
                    "demais."
                ) from erro

    def _escrever(self, celulas: Sequence[str]) -> str:
        """As células com o separador do arquivo e com aspas onde é preciso."""
        return self._separador.join(
            '"' + c.replace('"', '""') + '"' if any(s in c for s in (self._separador, '"', "\n", "\r")) else c
            for c in celulas
        )

    def _codificar(self, texto: str) -> bytes:
        return texto.encode(self._codificacao, "surrogateescape")


def _e_utf8(conteudo: bytes) -> bool:
    try:
        conteudo.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _legivel(texto: str) -> str:
    """O texto sem os bytes que a codificação não soube ler."""
    return texto if texto.isascii() else texto.encode("utf-8", "replace").decode("utf-8")
