from django.urls import path

from pen.protocolo_integrado.interfaces.web.views import origens, painel

app_name = "painel"

urlpatterns = [
    path("central/", painel.painel, name="painel"),
    path("central/origens/", origens.listar, name="origens"),
    path("central/origens-inconsistentes.csv", origens.baixar, name="baixar_origens"),
    path("central/<slug:consulta>.csv", painel.baixar, name="baixar"),
]
