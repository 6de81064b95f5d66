from django.apps import AppConfig


class NupConfig(AppConfig):
    name = "pen.nup"
    label = "nup"
