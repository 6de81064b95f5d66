"""O tempo oficial."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

BRASILIA = ZoneInfo("America/Sao_Paulo")
EPOCA = datetime(1970, 1, 1, tzinfo=UTC)


def em_microssegundos(instante: datetime) -> int:
    """Microssegundos desde 1970 em UTC: comparar e gravar um número custa menos que uma data com fuso."""
    desde = instante - EPOCA
    return (desde.days * 86_400 + desde.seconds) * 1_000_000 + desde.microseconds


def de_microssegundos(microssegundos: int) -> datetime:
    """O contrário de ``em_microssegundos``, em UTC."""
    return EPOCA + timedelta(microseconds=microssegundos)
