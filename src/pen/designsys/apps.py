from django.apps import AppConfig


class DesignsysConfig(AppConfig):
    name = "pen.designsys"
    label = "designsys"
