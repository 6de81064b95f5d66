"""Avisar quem atende antes de um prazo vencer, e quando vence. Rodar duas vezes não avisa duas."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Case, F, Q, QuerySet, When

from pen.atendimento.models import Chamado
from pen.atendimento.selectors.expediente import expediente_em_vigor
from pen.atendimento.selectors.prazos import com_prazos_correndo
from pen.atendimento.services.avisos_do_chamado import Evento, avisar_de_muitos

ANTES = timedelta(hours=2)  # úteis
VENCIDOS_HA = timedelta(days=3)  # o que venceu antes disto já foi avisado, ou o sistema esteve parado


@transaction.atomic
def avisar_dos_prazos(*, agora: datetime) -> int:
    """Avisa o atendente, ou a coordenação, dos prazos que vencem nas próximas duas horas úteis e dos que venceram."""
    limite = expediente_em_vigor().somar(agora, ANTES)
    correndo = com_prazos_correndo().annotate(
        prazo=Case(When(primeira_resposta_em=None, then=F("prazo_da_resposta")), default=F("prazo_da_solucao"))
    )
    vencem = avisar_de_muitos(Evento.VENCE, _com_prazo(correndo.filter(prazo__gt=agora, prazo__lte=limite)))
    recentes = Q(prazo__lte=agora, prazo__gt=agora - VENCIDOS_HA)
    return vencem + avisar_de_muitos(Evento.VENCEU, _com_prazo(correndo.filter(recentes)))


def _com_prazo(chamados: QuerySet[Chamado]) -> list[tuple[Chamado, str]]:
    return [(c, f"{c.pk}:{c.prazo_a_cumprir:%Y%m%dT%H%M}") for c in chamados if c.prazo_a_cumprir is not None]
