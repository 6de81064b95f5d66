"""Onde os originais das mensagens são guardados: uma pasta dentro da dos anexos, fora do que se serve."""

from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from pen.comum import armazem
from pen.comum.armazem import Guardado
from pen.correio.errors import OriginalIndisponivel


def pasta_das_mensagens() -> Path:
    """A pasta, que pode ainda não existir."""
    return Path(settings.PASTA_DE_ANEXOS) / "caixas"


def guardar(bruto: bytes) -> Guardado:
    """Guarda a mensagem como chegou; a que já está guardada não se repete."""
    return armazem.guardar(pasta_das_mensagens(), BytesIO(bruto))


def abrir(resumo: str) -> BinaryIO:
    """A mensagem guardada.

    Levanta:
        OriginalIndisponivel: não está na pasta.
    """
    try:
        return armazem.caminho_de(pasta_das_mensagens(), resumo).open("rb")
    except OSError as erro:
        raise OriginalIndisponivel("O original não está disponível agora. Tente mais tarde, ou avise a equipe.") from erro
