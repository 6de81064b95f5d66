"""XLSX lido e reescrito aos poucos.

Não se usa uma biblioteca de planilhas porque ela copiaria só os valores: sumiriam o formato das células, as fórmulas e as outras
abas. Aqui um leitor de eventos percorre o XML da aba e anota em que byte acaba cada linha; as células novas entram ali, e todo o
resto sai byte a byte como veio. O arquivo vem de qualquer um: nada se descompacta além de um limite, DOCTYPE é recusado, e o XML
nunca está inteiro na memória.
"""

import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal, InvalidOperation
from io import BytesIO
from posixpath import dirname, join, normpath
from typing import NamedTuple
from xml.parsers import expat
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from lxml import etree

from pen.comum.planilha.base import (
    COLUNAS_MAXIMO,
    LINHAS_DA_AMOSTRA,
    Amostra,
    Celula,
    Dizer,
    Planilha,
    PlanilhaInvalida,
    exigir_linhas,
)

DESCOMPACTADO_MAXIMO = 200 * 1024 * 1024
PARTES_MAXIMO = 2_000
ELEMENTOS_MAXIMO = 4_000_000  # 100.000 linhas de 19 colunas
ELEMENTOS_DA_AMOSTRA = 1_500_000  # quem envia espera por ela
TRECHO_MAXIMO = 4 * 1024 * 1024  # sem acabar uma linha: nem a maior do Excel chega perto
INDICE_MAXIMO = 1024 * 1024
NOMES_MAXIMO = 1_000
TEXTO_MAXIMO = 1_000  # o que se lê de uma célula
COLUNAS_DO_EXCEL = 16_384
_PEDACO = 256 * 1024

_GRANDE = "A planilha é grande demais depois de descompactada. Deixe só a aba e as colunas que interessam."
_ESTRAGADA = "Não deu para abrir o XLSX: ele parece estragado. Abra-o no programa de planilhas e salve de novo."
_ABERTURA = re.compile(rb"<[^\s/>]+(?:\s+[^\s=>]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*\s*/?>")
_SPANS = re.compile(rb"\s+spans\s*=\s*(?:\"[^\"]*\"|'[^']*')")
_REF = re.compile(rb"\sref\s*=\s*(?:\"[^\"]*\"|'[^']*')")


class _Crua(NamedTuple):
    """Uma célula como está no XML: a espécie (``t``) e o texto, que pode ser o índice de um texto partilhado."""

    especie: str
    texto: str


class _Linha(NamedTuple):
    """Uma linha que tem algo: o número dela, o byte em que se inserem células, e as células das colunas pedidas."""

    numero: int
    fim: int
    celulas: dict[int, _Crua]
    estilo: str  # o da última célula


class PlanilhaXlsx(Planilha):
    """A primeira aba visível de um XLSX na memória."""

    formato = "xlsx"

    def __init__(self, conteudo: bytes, *, linhas_maximo: int | None = None) -> None:
        self._pacote = _Pacote(conteudo)
        self._linhas_maximo = linhas_maximo
        self.aba, self._caminho_da_aba, self._caminho_dos_textos = _achar_partes(self._pacote)
        self._varreduras: dict[int, _Varredura] = {}

    def amostra(self) -> Amostra:
        """O começo, e quantas linhas há no máximo; as que só têm formato ficam fora de ``contar``."""
        varredura = _Varredura(set(range(1, COLUNAS_MAXIMO + 1)), linhas=LINHAS_DA_AMOSTRA + 1)
        varredura.elementos_maximo = ELEMENTOS_DA_AMOSTRA
        varredura.percorrer(self._pacote.pedacos(self._caminho_da_aba))
        if not varredura.linhas:
            raise PlanilhaInvalida(f"A aba «{self.aba}» não tem nenhuma linha preenchida.")
        textos = self._textos_partilhados(varredura.linhas, ELEMENTOS_DA_AMOSTRA)
        linhas = [
            tuple(_celula(linha.celulas.get(coluna), textos) for coluna in range(1, max(linha.celulas, default=0) + 1))
            for linha in varredura.linhas
        ]
        return Amostra(linhas[0], tuple(linhas[1:]), self._linhas_no_maximo(), self.aba)

    def contar(self, coluna: int) -> int:
        """Quantas linhas têm algo."""
        return len(self._varredura(coluna).linhas)

    def acrescentar(self, coluna: int, dizer: Dizer, *, titulos: Sequence[str], com_cabecalho: bool) -> bytes:
        """O mesmo XLSX, com células de texto a mais no fim das linhas da aba; fórmulas, formatos e outras abas intactos."""
        varredura = self._varredura(coluna)
        ultima = varredura.maior_coluna + len(titulos)
        if ultima > COLUNAS_DO_EXCEL:
            raise PlanilhaInvalida("A planilha já usa a última coluna que o Excel permite: não há onde pôr o resultado.")
        trocas = self._trocas(varredura, coluna, dizer, titulos, com_cabecalho=com_cabecalho)
        saida = BytesIO()
        with ZipFile(saida, "w", ZIP_DEFLATED) as novo:
            for parte in self._pacote.partes:
                copia = ZipInfo(parte.filename, parte.date_time)
                copia.compress_type, copia.external_attr = ZIP_DEFLATED, parte.external_attr
                pedacos = self._pacote.pedacos(parte.filename)
                with novo.open(copia, "w") as para:
                    for pedaco in _trocar(pedacos, trocas) if parte.filename == self._caminho_da_aba else pedacos:
                        para.write(pedaco)
        return saida.getvalue()

    def _trocas(
        self, varredura: "_Varredura", coluna: int, dizer: Dizer, titulos: Sequence[str], *, com_cabecalho: bool
    ) -> Iterator["_Troca"]:
        """O que muda no XML da aba, em ordem: a dimensão, o fim de cada linha, e o ``spans`` que deixa de ser verdade."""
        textos = self._textos_partilhados(varredura.linhas)
        nomes = [letras(varredura.maior_coluna + n) for n in range(1, len(titulos) + 1)]
        cortes = iter([*varredura.cortes, _Troca(1 << 62, 1 << 62, b"")])
        corte = next(cortes)
        if varredura.dimensao is not None:
            comeco, fim = varredura.dimensao
            yield _Troca(comeco, fim, f' ref="A1:{nomes[-1]}{varredura.ultima_linha}"'.encode())
        for n, linha in enumerate(varredura.linhas):
            while corte.comeco < linha.fim:
                yield corte
                corte = next(cortes)
            if n == 0 and com_cabecalho:
                novas = _escrever_celulas(varredura.prefixo, linha, nomes, titulos, linha.estilo)
            else:
                ditas = dizer(_celula(linha.celulas.get(coluna + 1), textos))
                novas = _escrever_celulas(varredura.prefixo, linha, nomes, ditas)
            yield _Troca(linha.fim, linha.fim, novas)

    def _varredura(self, coluna: int) -> "_Varredura":
        """A aba inteira percorrida, com as células da coluna."""
        if coluna not in self._varreduras:
            varredura = _Varredura({coluna + 1}, linhas_maximo=self._linhas_maximo)
            varredura.percorrer(self._pacote.pedacos(self._caminho_da_aba))
            self._varreduras = {coluna: varredura}
        return self._varreduras[coluna]

    def _linhas_no_maximo(self) -> int:
        """Quantas linhas a aba tem, contadas depressa: só se passar do máximo é que se percorre tudo, para descontar vazias."""
        quantas, resto = 0, b""
        for pedaco in self._pacote.pedacos(self._caminho_da_aba):
            trecho = resto + pedaco
            quantas += trecho.count(b"<row") + trecho.count(b":row")
            resto = trecho[-3:]
        if self._linhas_maximo is not None and quantas > self._linhas_maximo + 1:
            return self.contar(0)
        return quantas

    def _textos_partilhados(self, linhas: Sequence[_Linha], elementos_maximo: int | None = None) -> dict[int, str]:
        """Só os textos de que as células precisam, lidos até o último deles."""
        indices = {_indice(crua) for linha in linhas for crua in linha.celulas.values() if crua.especie == "s"}
        if not indices:
            return {}
        if self._caminho_dos_textos is None:
            raise PlanilhaInvalida(_ESTRAGADA)
        leitura = _LeituraDeTextos(indices)
        leitura.elementos_maximo = elementos_maximo or ELEMENTOS_MAXIMO
        return leitura.ler(self._pacote.pedacos(self._caminho_dos_textos))


def letras(coluna: int) -> str:
    """O nome de uma coluna: 1 é A, 27 é AA."""
    nome = ""
    while coluna:
        coluna, resto = divmod(coluna - 1, 26)
        nome = chr(65 + resto) + nome
    return nome


# --- O pacote


class _Pacote:
    """O zip, se cabe nos limites. O tamanho declarado é um teto: o módulo zipfile não descompacta além dele."""

    def __init__(self, conteudo: bytes) -> None:
        try:
            self._zip = ZipFile(BytesIO(conteudo))
        except (BadZipFile, ValueError, NotImplementedError) as erro:
            raise PlanilhaInvalida(_ESTRAGADA) from erro
        self.partes = self._zip.infolist()
        nomes = {p.filename for p in self.partes}
        if len(self.partes) > PARTES_MAXIMO or sum(p.file_size for p in self.partes) > DESCOMPACTADO_MAXIMO:
            raise PlanilhaInvalida(_GRANDE)
        if len(nomes) != len(self.partes) or any(p.flag_bits & 1 for p in self.partes):
            raise PlanilhaInvalida(_ESTRAGADA)
        if "mimetype" in nomes:
            raise PlanilhaInvalida("O arquivo é do LibreOffice (ODS). Salve-o como XLSX ou CSV.")
        if any(n.endswith("vbaProject.bin") for n in nomes):
            raise PlanilhaInvalida("A planilha tem macros. Salve-a como XLSX, sem macros.")

    def pedacos(self, caminho: str) -> Iterator[bytes]:
        """O conteúdo de uma parte, aos pedaços.

        Levanta:
            PlanilhaInvalida: a parte não existe ou não se descompacta.
        """
        try:
            with self._zip.open(caminho) as de:
                while pedaco := de.read(_PEDACO):
                    yield pedaco
        except (KeyError, BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError, ValueError, zlib.error) as erro:
            raise PlanilhaInvalida(_ESTRAGADA) from erro

    def elementos(self, caminho: str, nome: str) -> list[etree._Element]:
        """Os elementos com esse nome, em qualquer espaço de nomes, de um dos índices do pacote."""
        conteudo = b""
        for pedaco in self.pedacos(caminho):
            conteudo += pedaco
            if len(conteudo) > INDICE_MAXIMO:
                raise PlanilhaInvalida(_GRANDE)
        try:
            raiz = etree.fromstring(conteudo, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
        except etree.XMLSyntaxError as erro:
            raise PlanilhaInvalida(_ESTRAGADA) from erro
        return [e for e in raiz.iter() if isinstance(e.tag, str) and etree.QName(e).localname == nome]

    def relacoes(self, parte: str) -> list[tuple[str, str, str]]:
        """As relações de uma parte: marca, espécie (o fim do endereço que a nomeia) e caminho dentro do pacote."""
        pasta = dirname(parte)
        caminho = join(pasta, "_rels", f"{parte.rpartition('/')[2]}.rels")
        return [
            (
                str(r.get("Id")),
                str(r.get("Type", "")).rpartition("/")[2],
                normpath(join("/", pasta, str(r.get("Target", "")))).lstrip("/"),
            )
            for r in self.elementos(caminho, "Relationship")
            if r.get("TargetMode") != "External"
        ]


def _achar_partes(pacote: _Pacote) -> tuple[str, str, str | None]:
    """O nome e o caminho da primeira aba visível, e o caminho dos textos partilhados, se há."""
    livro = next((alvo for _, especie, alvo in pacote.relacoes("") if especie == "officeDocument"), None)
    if livro is None:
        raise PlanilhaInvalida("O arquivo é um ZIP, mas não uma planilha XLSX.")
    relacoes = pacote.relacoes(livro)
    abas = {marca: alvo for marca, especie, alvo in relacoes if especie == "worksheet"}
    textos = next((alvo for _, especie, alvo in relacoes if especie == "sharedStrings"), None)
    for aba in pacote.elementos(livro, "sheet"):
        marca = next((str(valor) for nome, valor in aba.attrib.items() if str(nome).endswith("}id")), None)
        if aba.get("state", "visible") == "visible" and marca in abas:
            return str(aba.get("name", "")), abas[marca], textos
    raise PlanilhaInvalida("A planilha não tem nenhuma aba visível com células. Salve-a como XLSX.")


# --- Ler o XML aos poucos


class _Leitor:
    """O que os dois leitores de eventos têm em comum: os limites, e o texto que juntam."""

    def __init__(self) -> None:
        self.elementos, self.elementos_maximo = 0, ELEMENTOS_MAXIMO
        self.firme = 0  # o byte em que começou o último elemento de que se tomou nota
        self.locais: dict[str, str] = {}
        self.texto: list[str] | None = None
        self.na_fonetica = False
        self.expat = expat.ParserCreate()
        self.expat.buffer_text = True
        self.expat.StartElementHandler = self.ao_abrir
        self.expat.EndElementHandler = self.ao_fechar
        self.expat.StartDoctypeDeclHandler = _recusar
        self.expat.XmlDeclHandler = _exigir_utf8

    def ao_abrir(self, nome: str, atributos: dict[str, str]) -> None:
        """Um elemento abriu."""
        raise NotImplementedError

    def ao_fechar(self, nome: str) -> None:
        """Um elemento fechou."""
        raise NotImplementedError

    def entender(self, pedaco: bytes, lidos: int) -> None:
        """Entrega um pedaço do XML, que vai até o byte ``lidos``; vazio é o fim."""
        if lidos == len(pedaco) and b"\0" in pedaco[:4]:  # UTF-16: as células novas, em UTF-8, o estragariam
            raise PlanilhaInvalida(_ESTRAGADA)
        try:
            self.expat.Parse(pedaco, not pedaco)
        except expat.ExpatError as erro:
            raise PlanilhaInvalida(_ESTRAGADA) from erro
        if lidos - self.firme > TRECHO_MAXIMO or self.elementos > self.elementos_maximo:
            raise PlanilhaInvalida(_GRANDE)

    def local(self, nome: str) -> str:
        """O nome sem o prefixo."""
        if len(self.locais) > NOMES_MAXIMO:
            raise PlanilhaInvalida(_GRANDE)
        return self.locais.setdefault(nome, nome.rpartition(":")[2])

    def juntar_texto(self) -> None:
        """Guarda o texto do elemento que acaba de abrir, a menos que seja leitura fonética."""
        if not self.na_fonetica:
            self.texto = []
            self.expat.CharacterDataHandler = self.texto.append

    def texto_junto(self) -> str:
        """O texto guardado desde ``juntar_texto``."""
        texto = "".join(self.texto or ())[:TEXTO_MAXIMO]
        self.texto, self.expat.CharacterDataHandler = None, None
        return texto


class _Troca(NamedTuple):
    """Um trecho do XML, em bytes, e o que fica no lugar dele."""

    comeco: int
    fim: int
    novo: bytes


class _Varredura(_Leitor):
    """Uma passada pelo XML de uma aba. ``colunas`` são as que interessam; ``linhas`` é depois de quantas se para."""

    def __init__(self, colunas: set[int], *, linhas: int | None = None, linhas_maximo: int | None = None) -> None:
        super().__init__()
        self.linhas: list[_Linha] = []
        self.cortes: list[_Troca] = []
        self.dimensao: tuple[int, int] | None = None
        self.maior_coluna = self.ultima_linha = 0
        self.prefixo = ""
        self._colunas, self._parar_em, self._linhas_maximo = colunas, linhas, linhas_maximo
        self._guardado = bytearray()
        self._inicio = 0  # em que byte do XML começa o que está guardado
        self._nome_da_linha: str | None = None  # enquanto se está dentro de uma
        self._celulas: dict[int, _Crua] = {}
        self._tem_algo = False
        self._coluna = 0
        self._especie = self._estilo = ""

    def percorrer(self, pedacos: Iterable[bytes]) -> None:
        """Lê até o fim, ou até a linha em que se para."""
        lidos = 0
        for pedaco in pedacos:
            lidos += len(pedaco)
            self._guardado += pedaco
            self.entender(pedaco, lidos)
            if self._parar_em is not None and len(self.linhas) >= self._parar_em:
                del self.linhas[self._parar_em :]
                return
            del self._guardado[: self.firme - self._inicio]
            self._inicio = self.firme
        self.entender(b"", lidos)

    def ao_abrir(self, nome: str, atributos: dict[str, str]) -> None:
        """Um elemento abriu."""
        self.elementos += 1
        local = self.locais.get(nome) or self.local(nome)
        if self._nome_da_linha is None:
            self.firme = self.expat.CurrentByteIndex
            if local == "row":
                self._abrir_linha(nome, atributos)
            elif local == "dimension":
                self.dimensao = self._onde(_REF)
        elif local == "c":
            self._abrir_celula(atributos)
        elif local in ("v", "t", "is"):
            self._tem_algo = True
            if local != "is" and self._coluna in self._colunas:
                self.juntar_texto()
        elif local == "rPh":
            self.na_fonetica = True
        elif local == "extLst":  # tem de ser o último da linha: as células novas entram antes dele
            self._fechar_linha()

    def ao_fechar(self, nome: str) -> None:
        """Um elemento fechou."""
        if self.texto is not None:
            antes = self._celulas.get(self._coluna)  # um texto repartido em formatos vem em vários pedaços
            texto = (antes.texto if antes else "") + self.texto_junto()
            self._celulas[self._coluna] = _Crua(self._especie, texto[:TEXTO_MAXIMO])
        elif nome == self._nome_da_linha:
            self._fechar_linha()

    def _abrir_linha(self, nome: str, atributos: dict[str, str]) -> None:
        self._nome_da_linha, self.prefixo = nome, nome[: -len("row")]
        self.ultima_linha = _inteiro(atributos.get("r"), self.ultima_linha + 1)
        self._celulas, self._tem_algo, self._coluna, self._estilo = {}, False, 0, ""
        if "spans" in atributos and (onde := self._onde(_SPANS)):  # diz até que coluna vai a linha, e é opcional
            self.cortes.append(_Troca(*onde, b""))

    def _abrir_celula(self, atributos: dict[str, str]) -> None:
        self._coluna = coluna = _coluna(atributos.get("r"), self._coluna + 1)
        self._especie, self._estilo = atributos.get("t", "n"), atributos.get("s", "")
        self.na_fonetica = False
        if coluna > self.maior_coluna:
            self.maior_coluna = coluna

    def _fechar_linha(self) -> None:
        self.firme = self.expat.CurrentByteIndex
        self._nome_da_linha = None
        if self._tem_algo:
            self.linhas.append(_Linha(self.ultima_linha, self.firme, self._celulas, self._estilo))
            exigir_linhas(len(self.linhas), self._linhas_maximo)

    def _onde(self, atributo: re.Pattern[bytes]) -> tuple[int, int] | None:
        """Em que bytes do XML está o atributo do elemento que acaba de abrir."""
        abertura = _ABERTURA.match(self._guardado, self.firme - self._inicio)
        achado = atributo.search(abertura[0]) if abertura else None
        return (self.firme + achado.start(), self.firme + achado.end()) if achado else None


class _LeituraDeTextos(_Leitor):
    """Lê só os textos partilhados de alguns índices; os pedaços de formato diferente se juntam, e a fonética fica de fora."""

    def __init__(self, indices: set[int]) -> None:
        super().__init__()
        self._textos: dict[int, str] = {}
        self._indices, self._ultimo, self._atual = indices, max(indices), -1

    def ler(self, pedacos: Iterable[bytes]) -> dict[int, str]:
        """Lê até o último texto pedido."""
        lidos = 0
        for pedaco in pedacos:
            lidos += len(pedaco)
            self.entender(pedaco, lidos)
            if self._atual > self._ultimo:
                break
        return self._textos

    def ao_abrir(self, nome: str, atributos: dict[str, str]) -> None:
        """Um elemento abriu."""
        self.firme = self.expat.CurrentByteIndex
        self.elementos += 1
        local = self.locais.get(nome) or self.local(nome)
        if local == "si":
            self._atual += 1
            self.na_fonetica = False
        elif local == "rPh":
            self.na_fonetica = True
        elif local == "t" and self._atual in self._indices:
            self.juntar_texto()

    def ao_fechar(self, nome: str) -> None:
        """Um elemento fechou."""
        if self.texto is not None:
            texto = self._textos.get(self._atual, "") + self.texto_junto()
            self._textos[self._atual] = texto[:TEXTO_MAXIMO]


def _recusar(*_: object) -> None:
    raise PlanilhaInvalida(_ESTRAGADA)


def _exigir_utf8(versao: str, codificacao: str | None, sozinho: int) -> None:
    if codificacao is not None and codificacao.lower() not in ("utf-8", "utf8", "us-ascii", "ascii"):
        raise PlanilhaInvalida(_ESTRAGADA)


# --- Células


def _inteiro(texto: str | None, padrao: int) -> int:
    return int(texto) if texto is not None and texto.isascii() and texto.isdecimal() and len(texto) < 10 else padrao


_NUMERO_DA_COLUNA = {letras(n): n for n in range(1, COLUNAS_DO_EXCEL + 1)}


def _coluna(referencia: str | None, padrao: int) -> int:
    """O número da coluna em ``AB12``."""
    return padrao if referencia is None else _NUMERO_DA_COLUNA.get(referencia.rstrip("0123456789"), padrao)


def _indice(crua: _Crua) -> int:
    return _inteiro(crua.texto.strip(), -1)


def _celula(crua: _Crua | None, textos: dict[int, str]) -> Celula:
    if crua is None:
        return Celula("")
    match crua.especie:
        case "s":
            return Celula(textos.get(_indice(crua), ""))
        case "n":
            return Celula(_numero_por_extenso(crua.texto.strip()), numerica=True)
        case _:
            return Celula(crua.texto)


def _numero_por_extenso(texto: str) -> str:
    """``5.065E+16`` vira ``50650000000000000``; o que não é inteiro fica como está."""
    if texto.isdecimal():
        return texto
    try:
        numero = Decimal(texto)
    except InvalidOperation:
        return texto
    if not numero.is_finite() or not -1 <= numero.adjusted() < 40 or numero != numero.to_integral_value():
        return texto
    return f"{numero.to_integral_value():f}"


# --- Escrever


def _escrever_celulas(
    prefixo: str, linha: _Linha, colunas: Sequence[str], textos: Sequence[str], estilo: str = ""
) -> bytes:
    p, s = prefixo, f' s="{estilo}"' if estilo.isdecimal() else ""
    return "".join(
        f'<{p}c r="{coluna}{linha.numero}"{s} t="inlineStr"><{p}is><{p}t>{escape(texto)}</{p}t></{p}is></{p}c>'
        for coluna, texto in zip(colunas, textos, strict=True)
        if texto
    ).encode()


def _trocar(pedacos: Iterable[bytes], trocas: Iterator[_Troca]) -> Iterator[bytes]:
    """O conteúdo, com cada troca feita no seu lugar; as trocas vêm em ordem e não se cruzam."""
    troca = next(trocas, None)
    guardado, inicio = b"", 0
    for pedaco in pedacos:
        guardado += pedaco
        fim_do_guardado = inicio + len(guardado)
        saida, lido = [], inicio
        while troca is not None and troca.fim <= fim_do_guardado:
            saida += [guardado[lido - inicio : troca.comeco - inicio], troca.novo]
            lido = troca.fim
            troca = next(trocas, None)
        ate = fim_do_guardado if troca is None else max(lido, min(troca.comeco, fim_do_guardado))
        saida.append(guardado[lido - inicio : ate - inicio])
        guardado, inicio = guardado[ate - inicio :], ate
        yield b"".join(saida)
    yield guardado
