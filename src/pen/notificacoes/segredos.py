"""Links assinados e o hash de endereços: nada aqui revela de quem é."""

import hmac
from hashlib import sha256
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer

_CANCELAR, _PAUSAR = "pen.notificacoes.cancelar", "pen.notificacoes.pausar"


def token_de_cancelamento(mensagem_id: UUID) -> str:
    """O token do link que cancela o que uma mensagem trouxe. Não vence: a mensagem pode ser lida anos depois."""
    return Signer(salt=_CANCELAR, sep=".").sign(mensagem_id.hex)


def ler_token_de_cancelamento(token: str) -> UUID | None:
    """A mensagem do token, ou ``None`` se não é nosso."""
    try:
        return UUID(Signer(salt=_CANCELAR, sep=".").unsign(token))
    except (BadSignature, ValueError):
        return None


def token_de_pausa(pessoa_id: int) -> str:
    """O token do link que pausa todos os avisos de uma pessoa."""
    return Signer(salt=_PAUSAR, sep=".").sign(str(pessoa_id))


def ler_token_de_pausa(token: str) -> int | None:
    """A pessoa do token, ou ``None`` se não é nosso."""
    try:
        return int(Signer(salt=_PAUSAR, sep=".").unsign(token))
    except (BadSignature, ValueError):
        return None


def hash_do_endereco(endereco: str) -> str:
    """O e-mail como HMAC: reconhece o mesmo endereço sem guardá-lo."""
    return hmac.new(settings.SECRET_KEY.encode(), f"endereco:{endereco.strip().lower()}".encode(), sha256).hexdigest()
