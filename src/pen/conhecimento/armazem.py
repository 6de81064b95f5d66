"""Onde o conteúdo das imagens dos artigos é guardado: uma pasta dentro da dos anexos, fora do que se serve."""

from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from pen.comum import armazem
from pen.comum.armazem import Guardado
from pen.conhecimento.errors import ImagemIndisponivel


def pasta_das_imagens() -> Path:
    """A pasta, que pode ainda não existir."""
    return Path(settings.PASTA_DE_ANEXOS) / "artigos"


def guardar(conteudo: BinaryIO) -> Guardado:
    """Guarda o conteúdo, do começo ao fim; o que já está guardado não se repete."""
    return armazem.guardar(pasta_das_imagens(), conteudo)


def abrir(resumo: str) -> BinaryIO:
    """O conteúdo guardado.

    Levanta:
        ImagemIndisponivel: não está na pasta.
    """
    try:
        return armazem.caminho_de(pasta_das_imagens(), resumo).open("rb")
    except OSError as erro:
        raise ImagemIndisponivel("Esta imagem não está disponível agora. Tente mais tarde, ou avise a equipe.") from erro
