"""O que chega de fora, como se pode guardar e mostrar."""

import re

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

ENDERECO_MAXIMO = 254
# Controles, as marcas que trocam a direção do texto (com que um nome finge outro), e os pedaços de bytes que não eram UTF-8.
_INVISIVEIS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def limpar_texto(texto: str, maximo: int) -> str:
    """O texto sem o que não se vê, com as quebras de linha, até ``maximo`` caracteres."""
    return _INVISIVEIS.sub("", texto.replace("\r\n", "\n")).strip()[:maximo]


def limpar_linha(texto: str, maximo: int) -> str:
    """O mesmo, numa linha só."""
    return " ".join(limpar_texto(texto, 10 * maximo).split())[:maximo].rstrip()


def ler_endereco(texto: str) -> str:
    """O endereço em minúsculas; vazio, se não é um a que se possa escrever."""
    endereco = texto.strip().lower()
    try:
        validate_email(endereco)
    except ValidationError:
        return ""
    return endereco if len(endereco) <= ENDERECO_MAXIMO and endereco.isascii() else ""
