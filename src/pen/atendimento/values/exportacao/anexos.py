"""Os arquivos que vieram ao lado da exportação, ou dentro dela."""

import re
from base64 import b64decode
from binascii import Error as NaoEBase64
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from pen.atendimento.values.anexos import ANEXO_MAXIMO, limpar_nome
from pen.atendimento.values.exportacao.campos import ler_linha
from pen.atendimento.values.exportacao.modelo import AnexoExportado

_NUMERO = re.compile(r"[0-9]{1,20}")


def anexo_da_pasta(pasta: Path | None, codigo: Any, nome: Any) -> AnexoExportado:
    """O arquivo ``pasta/codigo/nome``, se está lá; nem o nome nem um atalho saem da pasta."""
    limpo, numero = limpar_nome(ler_linha(nome)), ler_linha(codigo)
    if pasta is None or not _NUMERO.fullmatch(numero):
        return AnexoExportado(limpo)
    caminho = pasta / numero / limpo
    dentro = caminho.is_file() and caminho.resolve().is_relative_to(pasta.resolve())
    return AnexoExportado(limpo, (lambda: caminho.open("rb")) if dentro else None)


def anexo_embutido(nome: Any, base64: str) -> AnexoExportado:
    """O conteúdo em base64; o que não é base64 fica sem conteúdo."""
    limpo = limpar_nome(ler_linha(nome))
    try:
        conteudo = b64decode(base64, validate=False) if len(base64) < 2 * ANEXO_MAXIMO else b""
    except (NaoEBase64, ValueError):
        conteudo = b""
    return AnexoExportado(limpo, _abridor(conteudo) if conteudo else None)


def _abridor(conteudo: bytes) -> Callable[[], BinaryIO]:
    return lambda: BytesIO(conteudo)
