from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "pen.portal"
    label = "portal"
