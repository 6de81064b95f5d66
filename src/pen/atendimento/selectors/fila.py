"""Os filtros da fila que a pessoa guardou."""

from pen.atendimento.models import FiltroGuardado
from pen.atendimento.rules import equipes_de
from pen.comum.orm_preparado import LeituraPronta, Vaga
from pen.identidade.public import Pessoa

_FILTROS = LeituraPronta(lambda: FiltroGuardado.objects.filter(pessoa=Vaga()))


def filtros_guardados(para: Pessoa) -> list[FiltroGuardado]:
    """Só os dela, por nome."""
    return _FILTROS.ler(para.pk)


def recebe_da_distribuicao(para: Pessoa) -> bool | None:
    """Se a pessoa está na distribuição das suas equipes; ``None``, se nenhuma distribui."""
    recebem = [lugar.recebe for lugar in equipes_de(para) if lugar.recebe is not None]
    return any(recebem) if recebem else None
