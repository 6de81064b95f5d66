"""Como os segredos são gerados e guardados."""

import hmac
import secrets
import string
from base64 import b32encode
from hashlib import sha256
from uuid import UUID

from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher

ALFABETO = string.ascii_letters + string.digits
COMPRIMENTO = 20  # o maior que os módulos antigos do SEI aceitam; 119 bits
ALGARISMOS_DE_RESERVA = 10


class Argon2Enxuto(Argon2PasswordHasher):
    """Argon2id com 19 MiB, duas voltas e um fio (o mínimo recomendado pela OWASP).

    Os segredos de sistema são sorteados, não escolhidos: mais memória só tornaria mais barato derrubar o serviço.
    """

    memory_cost = 19 * 1024
    time_cost = 2
    parallelism = 1


def sortear_segredo() -> str:
    """Vinte letras e algarismos ao acaso."""
    return "".join(secrets.choice(ALFABETO) for _ in range(COMPRIMENTO))


def digerir_segredo(credencial_id: UUID, segredo: str) -> bytes:
    """O HMAC-SHA256 do segredo de uma credencial, com a chave da instalação; 32 bytes.

    Só serve a segredo sorteado: o que uma pessoa escolhe pede um hash lento.
    """
    texto = f"credencial:{credencial_id}:{segredo}".encode("utf-8", "surrogatepass")
    return hmac.digest(settings.SECRET_KEY.encode(), texto, sha256)


def sortear_codigos_de_reserva(quantos: int) -> list[str]:
    """Códigos diferentes, só de algarismos: no celular se digitam com o teclado de números."""
    codigos: set[str] = set()
    while len(codigos) < quantos:
        codigos.add(f"{secrets.randbelow(10**ALGARISMOS_DE_RESERVA):0{ALGARISMOS_DE_RESERVA}d}")
    return sorted(codigos)


def esconder_codigo_de_reserva(pessoa_id: int, codigo: str) -> str:
    """O que se guarda do código: um HMAC, cortado nos 80 bits que cabem no campo do django-otp.

    Sem a chave da instalação, o banco não serve para testar códigos; um hash sem chave de dez algarismos se desfaria
    em segundos.
    """
    texto = f"codigo-de-reserva:{pessoa_id}:{codigo}"
    return b32encode(hmac.new(settings.SECRET_KEY.encode(), texto.encode(), sha256).digest()[:10]).decode()
