from django.apps import AppConfig


class IdentidadeConfig(AppConfig):
    name = "pen.identidade"
    label = "identidade"
