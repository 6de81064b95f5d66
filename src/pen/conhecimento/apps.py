from django.apps import AppConfig


class ConhecimentoConfig(AppConfig):
    name = "pen.conhecimento"
    label = "conhecimento"
