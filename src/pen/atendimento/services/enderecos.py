"""O endereço com que cada pessoa responde por e-mail a um chamado."""

import base64
import secrets
from collections.abc import Iterable
from uuid import UUID

from django.conf import settings

from pen.atendimento.models import EnderecoDeResposta


def enderecos_de_resposta(pares: Iterable[tuple[UUID, int]]) -> dict[tuple[UUID, int], str]:
    """O endereço com que cada pessoa responde a cada chamado; nenhum, se esta instalação não recebe e-mail."""
    local, arroba, dominio = settings.CHAMADOS_RESPOSTAS.partition("@")
    pedidos = set(pares)
    if not arroba or not pedidos:
        return {}
    EnderecoDeResposta.objects.bulk_create(
        (EnderecoDeResposta(chave=_sortear(), chamado_id=c, pessoa_id=p) for c, p in sorted(pedidos)), ignore_conflicts=True
    )
    gravados = EnderecoDeResposta.objects.filter(chamado__in={c for c, _ in pedidos}, pessoa__in={p for _, p in pedidos})
    return {
        (c, p): f"{local}+{chave}@{dominio}" for chave, c, p in gravados.values_list("chave", "chamado_id", "pessoa_id")
        if (c, p) in pedidos
    }  # fmt: skip


def _sortear() -> str:
    return base64.b32encode(secrets.token_bytes(16)).decode().rstrip("=").lower()
