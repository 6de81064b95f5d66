"""CPF, CNPJ e nomes de interessados: hash com chave para achar, máscara para mostrar."""

import hmac
import re
from hashlib import sha256

from django.conf import settings

from pen.comum.texto import mascarar_cpfs, sem_acentos


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


def hash_do_nome(nome: str) -> bytes:
    """HMAC-SHA256 do nome sem acentos e em minúsculas: acha o mesmo nome reenviado sem guardá-lo."""
    return hmac.digest(f"nome:{settings.SECRET_KEY}".encode(), " ".join(sem_acentos(nome).split()).encode(), sha256)


def iniciais(nome: str) -> str:
    """``M. A. S.`` para um nome que não deve aparecer."""
    return " ".join(f"{parte[0].upper()}." for parte in nome.split()) or "Nome não exibido"


def trocar_nome(texto: str, nome: str) -> str:
    """O texto com o nome trocado pelas iniciais onde aparecer, com ou sem acentos, em maiúsculas ou não."""
    procurado = re.compile(r"\s+".join(map(re.escape, sem_acentos(nome).split())))
    claro = sem_acentos(texto)
    if len(claro) != len(texto) or not procurado.pattern:  # letra que muda de tamanho sem acento: só a grafia igual
        return texto.replace(nome, iniciais(nome))
    for achado in reversed(list(procurado.finditer(claro))):
        texto = texto[: achado.start()] + iniciais(nome) + texto[achado.end() :]
    return texto
