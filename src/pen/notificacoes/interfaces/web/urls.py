from django.urls import path

from pen.notificacoes.interfaces.web import caixa, sair, views

app_name = "notificacoes"

urlpatterns = [
    path("minha-conta/avisos/", views.preferencias, name="preferencias"),
    path("minha-conta/avisos/pausa/", views.pausa, name="pausa"),
    path("minha-conta/avisos/endereco/", views.endereco, name="endereco"),
    path("minha-conta/avisos/push/", views.push, name="push"),
    path("minha-conta/avisos/push/<uuid:inscricao_id>/excluir/", views.excluir, name="excluir-inscricao"),
    path("avisos-sw.js", views.trabalhador, name="trabalhador"),
    path("avisos/cancelar/<str:token>/", sair.cancelar, name="cancelar"),
    path("avisos/pausar/<str:token>/", sair.pausar, name="pausar"),
    path("caixa-local/", caixa.caixa_local, name="caixa-local"),
    path("caixa-local/<uuid:mensagem_id>/", caixa.mensagem, name="mensagem-da-caixa"),
    path("caixa-local/<uuid:mensagem_id>.eml", caixa.eml, name="eml-da-caixa"),
]
