"""Como os segredos são gerados e guardados."""

import secrets
import string

from django.contrib.auth.hashers import Argon2PasswordHasher

ALFABETO = string.ascii_letters + string.digits
COMPRIMENTO = 20  # o maior que os módulos antigos do SEI aceitam; 119 bits


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
