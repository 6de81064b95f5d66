from django.urls import path

from pen.assistente.interfaces.web import views

app_name = "assistente"

urlpatterns = [
    path("", views.conversar, name="conversar"),
    path("painel", views.painel, name="painel"),
    path("perguntar", views.perguntar, name="perguntar"),
    path("continuar", views.continuar, name="continuar"),
    path("recomecar", views.recomecar, name="recomecar"),
    path("falas/<int:fala_id>/opiniao", views.opinar, name="opinar"),
    path("chamado/", views.chamado, name="chamado"),
    path("perguntas/", views.perguntas, name="perguntas"),
    path("perguntas/artigo", views.escrever, name="escrever"),
]
