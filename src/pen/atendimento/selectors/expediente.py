"""O expediente em vigor, lido do banco e guardado por pouco tempo."""

import time
from collections import defaultdict
from datetime import date, datetime

from pen.atendimento.enums import Relogio
from pen.atendimento.models import DiaSemExpediente, Periodo, PoliticaDeSilencio
from pen.atendimento.values.expediente import Expediente, Minutos
from pen.atendimento.values.silencio import Politica
from pen.comum.tempo import BRASILIA

VALIDADE = 60.0  # segundos: quanto um processo demora para ver o que a equipe central alterou
_guardado: tuple[float, Expediente] | None = None


def expediente_em_vigor() -> Expediente:
    """O expediente, com os dias sem expediente que se conhecem; lido no máximo uma vez por minuto em cada processo."""
    global _guardado
    if _guardado is None or _guardado[0] < time.monotonic():
        _guardado = (time.monotonic() + VALIDADE, _ler())
    return _guardado[1]


def esquecer_expediente() -> None:
    """Faz a leitura seguinte ir ao banco; quem altera o expediente chama."""
    global _guardado
    _guardado = None


def politica_em_vigor() -> PoliticaDeSilencio:
    """A política de silêncio mais nova; há sempre uma, a da instalação."""
    return PoliticaDeSilencio.objects.order_by("-desde", "-pk")[:1].get()


def ler_politica(guardada: PoliticaDeSilencio) -> Politica:
    """A política gravada, como a conta a quer."""
    return Politica(Relogio(guardada.relogio), guardada.horas, tuple(guardada.lembretes))


def tipos_isentos(politica: PoliticaDeSilencio) -> frozenset[int]:
    """As chaves dos tipos de suporte que o silêncio não encerra."""
    return frozenset(politica.tipos_isentos.values_list("pk", flat=True))


def dias_sem_expediente(*, desde: datetime) -> list[DiaSemExpediente]:
    """Os dias, ou partes, em que a Central não responde, a partir do dia de ``desde`` em Brasília."""
    return list(DiaSemExpediente.objects.filter(dia__gte=desde.astimezone(BRASILIA).date()))


def _ler() -> Expediente:
    semana: dict[int, list[Minutos]] = defaultdict(list)
    for dia, inicio, fim in Periodo.objects.values_list("dia", "inicio", "fim").order_by("dia", "inicio"):
        semana[dia].append((inicio, fim))
    fechado: dict[date, list[Minutos]] = defaultdict(list)
    for quando, inicio, fim in DiaSemExpediente.objects.values_list("dia", "inicio", "fim"):
        fechado[quando].append((inicio, fim))
    return Expediente(dict(semana), dict(fechado))
