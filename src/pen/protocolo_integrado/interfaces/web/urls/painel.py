from django.urls import path

from pen.protocolo_integrado.interfaces.web.views import painel

app_name = "painel"

urlpatterns = [
    path("central/", painel.painel, name="painel"),
    path("central/<slug:consulta>.csv", painel.baixar, name="baixar"),
]
