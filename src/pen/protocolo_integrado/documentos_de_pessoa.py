"""CPF e CNPJ de interessados: hash com chave para achar, máscara para mostrar, nunca em claro."""

import hmac
from hashlib import sha256

from django.conf import settings

from pen.comum.texto import mascarar_cpfs


def hash_do_documento(documento: str) -> bytes:
    """HMAC-SHA256 do CPF ou CNPJ sem pontuação, com a chave da instalação (trocar a chave pede nova carga)."""
    return hmac.digest(f"interessado:{settings.SECRET_KEY}".encode(), documento.encode(), sha256)


def mascarar_documento(documento: str) -> str:
    """``***.982.24*-**`` para CPF; o CNPJ, que é público, sai formatado."""
    if len(documento) == 11:
        d = documento
        return mascarar_cpfs(f"{d[:3]}.{d[3:6]}.{d[6:9]}-{d[9:]}")
    d = documento
    return f"{d[:2]}.{d[2:5]}.{d[5:8]}/{d[8:12]}-{d[12:]}" if d else ""
