"""Que arquivos se aceitam num chamado. Quem diz o que um arquivo é, é o conteúdo; o nome só escolhe entre o que ele pode ser.

O que se devolve é sempre para baixar, com um formato desta lista: nada abre no navegador como página deste sistema. As imagens são
refeitas ponto por ponto, e com isso somem o que vier escondido nelas e o lugar onde a foto foi tirada.
"""

import codecs
import re
import unicodedata
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO

from pen.atendimento.errors import AnexoRecusado
from pen.comum.errors import conferir
from pen.comum.imagens import NaoEImagem, refazer_imagem

ANEXO_MAXIMO = 50 * 2**20  # bytes
ANEXOS_POR_ENVIO = 10
NOME_MAXIMO = 120  # caracteres
ITENS_MAXIMO, ABERTO_MAXIMO, RAZAO_MAXIMA = 5_000, 500 * 2**20, 200  # de um arquivo compactado
PEDACO = 64 * 1024
_INVISIVEIS = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffd\ud800-\udfff]")
_MARCACAO = re.compile(rb"\s*(?:<!doctype\s+html|<html|<svg|<script|<\?php|<!--|#!)", re.I)
_SVG_NO_XML = re.compile(rb"<(?:\w+:)?(?:svg|html|script)\b", re.I)


@dataclass(frozen=True, slots=True)
class AnexoNovo:
    """Um arquivo como chegou; ``pedido`` é o código do anexo do formulário a que responde, ou vazio."""

    nome: str
    conteudo: BinaryIO
    pedido: str = ""


@dataclass(frozen=True, slots=True)
class AnexoConferido:
    """O arquivo que se guarda: o nome limpo, o tipo de mídia com que se devolve, e o conteúdo, do começo."""

    nome: str
    formato: str
    conteudo: BinaryIO


def conferir_anexo(anexo: AnexoNovo) -> AnexoConferido:
    """Confere que o conteúdo é o que a extensão diz, e que é de um formato aceito.

    Levanta:
        AnexoRecusado: vazio, grande demais, de formato que não se aceita, ou que não é o que diz ser.
    """
    nome = limpar_nome(anexo.nome)
    extensao = PurePosixPath(nome).suffix.lower()
    conferir(extensao in _FORMATOS, AnexoRecusado(f"«{nome}»: envie {ACEITOS}."))
    tamanho = anexo.conteudo.seek(0, 2)
    anexo.conteudo.seek(0)
    conferir(tamanho > 0, AnexoRecusado(f"«{nome}» está vazio."))
    conferir(tamanho <= ANEXO_MAXIMO, AnexoRecusado(f"«{nome}» passa de {ANEXO_MAXIMO // 2**20} MB."))
    formato, conferencia = _FORMATOS[extensao]
    try:
        conteudo = conferencia(anexo.conteudo)
    except _NaoE as erro:
        raise AnexoRecusado(f"«{nome}» {erro}.") from None
    conteudo.seek(0)
    return AnexoConferido(nome, formato, conteudo)


def limpar_nome(nome: str) -> str:
    """O nome sem pastas, sem caracteres que não se veem, e curto; a extensão fica. Vazio vira «anexo»."""
    base = re.split(r"[/\\]", unicodedata.normalize("NFC", nome))[-1]
    base = re.sub(r"\s+", " ", _INVISIVEIS.sub("", base)).strip(" .") or "anexo"
    caminho = PurePosixPath(base)
    sufixo = caminho.suffix[:10]
    return base if len(base) <= NOME_MAXIMO else caminho.stem[: NOME_MAXIMO - len(sufixo)] + sufixo


class _NaoE(Exception):
    """O conteúdo não serve; a frase completa «o arquivo …»."""


def _comeca(*marcas: bytes) -> Callable[[BinaryIO], BinaryIO]:
    def conferencia(arquivo: BinaryIO) -> BinaryIO:
        if not arquivo.read(16).startswith(marcas):
            raise _NaoE("não é o que o nome diz")
        return arquivo

    return conferencia


def _mp4(arquivo: BinaryIO) -> BinaryIO:
    if arquivo.read(12)[4:8] != b"ftyp":
        raise _NaoE("não é o que o nome diz")
    return arquivo


def _imagem(formato: str) -> Callable[[BinaryIO], BinaryIO]:
    """Refaz a imagem: só os pontos passam."""

    def conferencia(arquivo: BinaryIO) -> BinaryIO:
        try:
            return refazer_imagem(arquivo, [formato]).conteudo
        except NaoEImagem as erro:
            raise _NaoE(str(erro)) from erro

    return conferencia


def _compactado(*, exigido: str = "") -> Callable[[BinaryIO], BinaryIO]:
    """Um ZIP, ou um documento de escritório, que é um por dentro: olha o índice, e não abre nada."""

    def conferencia(arquivo: BinaryIO) -> BinaryIO:
        if not arquivo.read(4).startswith(b"PK\x03\x04"):
            raise _NaoE("não é o que o nome diz")
        try:
            with zipfile.ZipFile(arquivo) as zip_:
                itens = zip_.infolist()
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as erro:
            raise _NaoE("está danificado") from erro
        nomes = [item.filename for item in itens]
        aberto, fechado = sum(i.file_size for i in itens), sum(i.compress_size for i in itens)
        if len(itens) > ITENS_MAXIMO or aberto > ABERTO_MAXIMO or aberto > RAZAO_MAXIMA * max(fechado, 1):
            raise _NaoE("é grande demais depois de aberto")
        if any(nome.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", nome) or "\0" in nome for nome in nomes):
            raise _NaoE("tem nomes que saem da pasta em que se abre")
        if any(nome.lower().endswith("vbaproject.bin") for nome in nomes):
            raise _NaoE("tem macros; envie sem elas, ou em PDF")
        if exigido and exigido not in nomes:
            raise _NaoE("não é o que o nome diz")
        return arquivo

    return conferencia


def _texto(arquivo: BinaryIO) -> BinaryIO:
    """Texto em UTF-8, UTF-16 com marca ou Latin-1, que não seja página, desenho ou programa."""
    comeco = arquivo.read(1024)
    if _MARCACAO.match(comeco.removeprefix(codecs.BOM_UTF8)) or _SVG_NO_XML.search(comeco):
        raise _NaoE("é uma página, um desenho ou um programa; copie o texto, ou envie uma imagem da tela")
    arquivo.seek(0)
    if comeco.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return arquivo
    while pedaco := arquivo.read(PEDACO):
        if b"\0" in pedaco:
            raise _NaoE("não é texto")
    return arquivo


_OOXML, _ODF, _ZIP = _compactado(exigido="[Content_Types].xml"), _compactado(exigido="mimetype"), _compactado()
_MS, _ABERTO = "application/vnd.openxmlformats-officedocument", "application/vnd.oasis.opendocument"
_FORMATOS: Mapping[str, tuple[str, Callable[[BinaryIO], BinaryIO]]] = {
    ".pdf": ("application/pdf", _comeca(b"%PDF-")),
    ".png": ("image/png", _imagem("PNG")),
    ".jpg": ("image/jpeg", _imagem("JPEG")),
    ".jpeg": ("image/jpeg", _imagem("JPEG")),
    ".gif": ("image/gif", _imagem("GIF")),
    ".webp": ("image/webp", _imagem("WEBP")),
    ".docx": (f"{_MS}.wordprocessingml.document", _OOXML),
    ".xlsx": (f"{_MS}.spreadsheetml.sheet", _OOXML),
    ".pptx": (f"{_MS}.presentationml.presentation", _OOXML),
    ".odt": (f"{_ABERTO}.text", _ODF),
    ".ods": (f"{_ABERTO}.spreadsheet", _ODF),
    ".odp": (f"{_ABERTO}.presentation", _ODF),
    ".zip": ("application/zip", _ZIP),
    ".mp4": ("video/mp4", _mp4),
    ".webm": ("video/webm", _comeca(b"\x1aE\xdf\xa3")),
    **dict.fromkeys(
        (".txt", ".log", ".csv", ".json", ".xml", ".har", ".md", ".sql"), ("text/plain; charset=utf-8", _texto)
    ),
}
EXTENSOES = tuple(_FORMATOS)
ACEITOS = "PDF, imagem, documento de escritório, ZIP, gravação (MP4 ou WebM) ou texto (TXT, LOG, CSV, JSON, XML, HAR)"
