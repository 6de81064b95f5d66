"""A porta da auditoria para quem está acima."""

from pen.auditoria.selectors.atos import atos_visiveis
from pen.auditoria.services.atos import registrar_ato

__all__ = ["atos_visiveis", "registrar_ato"]
