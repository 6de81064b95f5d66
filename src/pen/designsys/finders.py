"""Arquivos de terceiros que as páginas usam, servidos de onde o npm e o PyPI os instalam; nenhum entra no Git."""

import importlib.util
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage

# nome público: (de onde vem, caminho lá dentro)
FORNECIDOS = {
    "govbr/core.min.css": ("npm", "@govbr-ds/core/dist/core.min.css"),
    "govbr/fontes/rawline-400.woff2": ("dsgov", "static/dsgov/dist/font/rawline-400.woff2"),
    "govbr/fontes/rawline-600.woff2": ("dsgov", "static/dsgov/dist/font/rawline-600.woff2"),
    "govbr/fontes/fa-solid-900.woff2": ("npm", "@fortawesome/fontawesome-free/webfonts/fa-solid-900.woff2"),
}
# O mapa de origem tem megabytes e só serve a quem desenvolve o design system; sem ele, a referência quebraria o manifesto.
REFERENCIA_AO_MAPA = re.compile(rb"/\*# sourceMappingURL=[^*]*\*/")

Encontrado = str | list[str]  # dentro do finder, «list» é o método


class FornecidoAusente(Exception):
    """Um arquivo de terceiros não está instalado; a mensagem diz qual e o que fazer."""


def localizar(nome: str) -> Path:
    """O arquivo instalado que corresponde ao nome público.

    Levanta:
        FornecidoAusente: o pacote não foi instalado.
    """
    origem, caminho = FORNECIDOS[nome]
    arquivo = _pasta(origem) / caminho
    if not arquivo.is_file():
        raise FornecidoAusente(f"Falta o arquivo «{arquivo}», usado nas páginas como «{nome}». Rode «make instalar».")
    return arquivo


def _pasta(origem: str) -> Path:
    if origem == "npm":
        return Path(settings.RAIZ) / "node_modules"
    pacote = importlib.util.find_spec(origem)  # localiza sem importar: do pacote só se querem as fontes
    locais = pacote.submodule_search_locations if pacote else None
    return Path(locais[0]) if locais else Path(origem)


class ArmazemDeFornecidos(Storage):
    """Lê os arquivos de ``FORNECIDOS``; é o que o ``collectstatic`` copia."""

    def _open(self, name: str, mode: str = "rb") -> "File[bytes]":
        conteudo = localizar(name).read_bytes()
        return ContentFile(REFERENCIA_AO_MAPA.sub(b"", conteudo) if name.endswith(".css") else conteudo, name=name)

    def path(self, name: str) -> str:
        return str(localizar(name))

    def exists(self, name: str) -> bool:
        return name in FORNECIDOS

    def get_modified_time(self, name: str) -> datetime:
        return datetime.fromtimestamp(localizar(name).stat().st_mtime, tz=UTC)


class FornecidosFinder(BaseFinder):
    """Faz o Django encontrar cada arquivo de ``FORNECIDOS`` como se fosse um estático do projeto."""

    armazem = ArmazemDeFornecidos()

    def find(self, path: str, find_all: bool = False, **opcoes: Any) -> Encontrado:  # type: ignore[override]
        if path not in FORNECIDOS:
            return []
        encontrado = str(localizar(path))
        return [encontrado] if find_all else encontrado

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        return ((nome, self.armazem) for nome in FORNECIDOS)
