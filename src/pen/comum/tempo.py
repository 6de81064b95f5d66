"""O tempo oficial."""

from zoneinfo import ZoneInfo

BRASILIA = ZoneInfo("America/Sao_Paulo")
