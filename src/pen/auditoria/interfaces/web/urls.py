from django.urls import path

from pen.auditoria.interfaces.web import views

app_name = "auditoria"

urlpatterns = [
    path("", views.listar, name="listar"),
    path("atos.csv", views.baixar, name="baixar"),
]
