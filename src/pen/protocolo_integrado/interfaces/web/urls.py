from django.urls import path
from django.views.generic import RedirectView

from pen.protocolo_integrado.interfaces.web import views

app_name = "protocolo_integrado"

urlpatterns = [
    path("protocolo/consulta/", views.consultar, name="consultar"),
    path("protocolo/processos/<path:numero>/", views.processo, name="processo"),
    path("Protocolo/documento/detalhes_documento.jsf", views.endereco_antigo, name="endereco-antigo"),
    path("Protocolo/", RedirectView.as_view(pattern_name="protocolo_integrado:consultar", permanent=True)),
]
