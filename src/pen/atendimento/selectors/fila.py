"""Os filtros da fila que a pessoa guardou."""

from pen.atendimento.enums import Distribuicao
from pen.atendimento.models import FiltroGuardado, Integrante
from pen.identidade.public import Pessoa


def filtros_guardados(para: Pessoa) -> list[FiltroGuardado]:
    """Só os dela, por nome."""
    return list(FiltroGuardado.objects.filter(pessoa=para))


def recebe_da_distribuicao(para: Pessoa) -> bool | None:
    """Se a pessoa está na distribuição das suas equipes; ``None``, se nenhuma distribui."""
    lugares = Integrante.objects.filter(pessoa=para, ate=None, equipe__encerrada_em=None)
    que_distribuem = lugares.exclude(equipe__distribuicao=Distribuicao.MANUAL)
    return any(recebem) if (recebem := list(que_distribuem.values_list("recebe", flat=True))) else None
