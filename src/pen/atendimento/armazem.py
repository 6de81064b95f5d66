"""Onde o conteúdo dos anexos é guardado: a pasta deles, fora do que se serve."""

from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from pen.atendimento.errors import AnexoIndisponivel
from pen.comum import armazem
from pen.comum.armazem import Guardado


def pasta_dos_anexos() -> Path:
    """A pasta, que pode ainda não existir."""
    return Path(settings.PASTA_DE_ANEXOS)


def guardar(conteudo: BinaryIO) -> Guardado:
    """Guarda o conteúdo, do começo ao fim; o que já está guardado não se repete."""
    return armazem.guardar(pasta_dos_anexos(), conteudo)


def abrir(resumo: str) -> BinaryIO:
    """O conteúdo guardado.

    Levanta:
        AnexoIndisponivel: não está na pasta.
    """
    try:
        return caminho_de(resumo).open("rb")
    except OSError as erro:
        raise AnexoIndisponivel("Este arquivo não está disponível agora. Tente mais tarde, ou avise a equipe.") from erro


def caminho_de(resumo: str) -> Path:
    """Onde o conteúdo do resumo fica."""
    return armazem.caminho_de(pasta_dos_anexos(), resumo)
