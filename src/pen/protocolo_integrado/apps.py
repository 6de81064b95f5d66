from django.apps import AppConfig


class ProtocoloIntegradoConfig(AppConfig):
    name = "pen.protocolo_integrado"
    label = "protocolo_integrado"
