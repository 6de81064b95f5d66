"""A pesquisa de satisfação: uma por encerramento, sem precisar entrar, e com prazo."""

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from pen.atendimento.errors import AvaliacaoNaoEncontrada, AvaliacaoVencida
from pen.atendimento.models import Avaliacao, PassoDoChamado
from pen.comum.errors import PedidoIncompleto, conferir
from pen.comum.texto import exigir_texto

VALIDADE = timedelta(days=14)
COMENTARIO_MAXIMO = 2_000


def pedir_avaliacao(passo: PassoDoChamado) -> Avaliacao:
    """Abre a avaliação de um encerramento, na transação dele; de novo, devolve a mesma."""
    avaliacao, _ = Avaliacao.objects.get_or_create(
        passo=passo,
        defaults={
            "chamado_id": passo.chamado_id, "chave": secrets.token_urlsafe(16), "pedida_em": passo.em,
            "vence_em": passo.em + VALIDADE,
        },
    )  # fmt: skip
    return avaliacao


@transaction.atomic
def avaliar_encerramento(
    *, chave: str, nota: int, resolveu: bool | None = None, comentario: str = "", agora: datetime | None = None
) -> Avaliacao:
    """Dá a nota de 1 a 5, ou troca a que se deu, até o prazo. Quem tem a chave é quem recebeu o e-mail.

    Levanta:
        AvaliacaoNaoEncontrada: a chave não é de avaliação nenhuma.
        AvaliacaoVencida: passou o prazo.
        PedidoIncompleto: a nota não vai de 1 a 5, ou o comentário é longo demais.
    """
    agora = agora or timezone.now()
    avaliacao = Avaliacao.objects.select_for_update().filter(chave=chave).first()
    if avaliacao is None:
        raise AvaliacaoNaoEncontrada("Não há avaliação neste endereço.")
    conferir(agora <= avaliacao.vence_em, AvaliacaoVencida("O prazo de avaliar este atendimento acabou."))
    conferir(1 <= nota <= 5, PedidoIncompleto("Escolha uma nota de 1 a 5.", campo="nota"))
    avaliacao.nota, avaliacao.resolveu, avaliacao.dada_em = nota, resolveu, agora
    avaliacao.comentario = exigir_texto(comentario, "", COMENTARIO_MAXIMO, campo="comentario")
    avaliacao.save()
    return avaliacao
