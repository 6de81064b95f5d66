"""As avaliações: a de quem tem a chave, e as que um chamado recebeu."""

from datetime import datetime

from pen.atendimento.errors import AvaliacaoNaoEncontrada, AvaliacaoVencida
from pen.atendimento.models import Avaliacao, Chamado
from pen.comum.errors import conferir


def consultar_avaliacao(chave: str, *, agora: datetime) -> Avaliacao:
    """A avaliação da chave, com o protocolo e o produto; do que se disse no chamado, nada.

    Levanta:
        AvaliacaoNaoEncontrada: a chave não é de avaliação nenhuma.
        AvaliacaoVencida: passou o prazo.
    """
    avaliacao = Avaliacao.objects.select_related("chamado__produto").filter(chave=chave).first()
    if avaliacao is None:
        raise AvaliacaoNaoEncontrada("Não há avaliação neste endereço.")
    conferir(agora <= avaliacao.vence_em, AvaliacaoVencida("O prazo de avaliar este atendimento acabou."))
    return avaliacao


def avaliacao_a_dar(chamado: Chamado, *, agora: datetime) -> Avaliacao | None:
    """A do último encerramento, se ainda se pode avaliar; para quem abriu."""
    if chamado.aberto:
        return None
    ultima = Avaliacao.objects.filter(chamado=chamado).order_by("-id").first()
    return ultima if ultima is not None and agora <= ultima.vence_em else None
