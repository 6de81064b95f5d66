"""A porta do portal."""

from pen.portal.selectors.saude import Conferencia, conferir_banco, conferir_replica, conferir_trabalhos

__all__ = ["Conferencia", "conferir_banco", "conferir_replica", "conferir_trabalhos"]
