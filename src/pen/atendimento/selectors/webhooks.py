"""Os webhooks de uma pessoa. O de outra não existe."""

import time
from uuid import UUID

from django.db.models import QuerySet

from pen.atendimento.errors import InscricaoNaoEncontrada
from pen.atendimento.models import Entrega, Inscricao
from pen.identidade.public import Ator, Pessoa

ENTREGAS_RECENTES = 20
VALIDADE = 5.0  # segundos: quanto um processo demora para ver a primeira inscrição da instalação, criada noutro
_guardado: tuple[float, bool] | None = None


def ha_inscricoes() -> bool:
    """Se alguma inscrição da instalação está ativa; lido no máximo a cada cinco segundos em cada processo."""
    global _guardado
    if _guardado is None or _guardado[0] < time.monotonic():
        _guardado = (time.monotonic() + VALIDADE, Inscricao.objects.filter(ativa=True).exists())
    return _guardado[1]


def esquecer_se_ha_inscricoes() -> None:
    """Faz a leitura seguinte ir ao banco; quem cria ou retoma uma chama."""
    global _guardado
    _guardado = None


def inscricoes_da_pessoa(*, para: Ator) -> QuerySet[Inscricao]:
    """As que não foram excluídas, da mais nova à mais antiga; toda leitura começa aqui."""
    if not isinstance(para, Pessoa) or not para.is_active:
        return Inscricao.objects.none()
    return Inscricao.objects.filter(dono=para, excluida_em=None).select_related("equipe").order_by("-pk")


def consultar_inscricao(inscricao_id: UUID, *, para: Ator) -> Inscricao:
    """A inscrição, se é da pessoa.

    Levanta:
        InscricaoNaoEncontrada: não existe, ou é de outra.
    """
    inscricao = inscricoes_da_pessoa(para=para).filter(pk=inscricao_id).first()
    if inscricao is None:
        raise InscricaoNaoEncontrada("Não há webhook seu neste endereço.")
    return inscricao


def entregas_recentes(inscricao: Inscricao) -> list[Entrega]:
    """As últimas vinte, da mais nova à mais antiga, com o passo e o chamado; quem chama já conferiu de quem é."""
    entregas = Entrega.objects.filter(inscricao=inscricao).select_related("passo__chamado")
    return list(entregas.order_by("-criada_em", "-pk")[:ENTREGAS_RECENTES])
