"""O que foi enviado a cada pessoa."""

from uuid import UUID

from django.db.models import QuerySet

from pen.identidade.public import Ator, Pessoa
from pen.notificacoes.models import Mensagem


def mensagens_da_pessoa(*, para: Ator, antes_de: UUID | None = None) -> QuerySet[Mensagem]:
    """O que foi enviado a mim, do mais novo ao mais antigo; ninguém vê o de outra pessoa."""
    if not isinstance(para, Pessoa):
        return Mensagem.objects.none()
    mensagens = Mensagem.objects.filter(pessoa=para).order_by("-id")
    return mensagens.filter(pk__lt=antes_de) if antes_de else mensagens
