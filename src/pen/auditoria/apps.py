from importlib import import_module

from django.apps import AppConfig


class AuditoriaConfig(AppConfig):
    name = "pen.auditoria"
    label = "auditoria"

    def ready(self) -> None:
        """Liga a auditoria ao que a identidade anuncia."""
        import_module("pen.auditoria.receivers")
