from django.urls import include, path
from django.views.generic import RedirectView

from pen.protocolo_integrado.interfaces.web.views import acompanhamentos, feed, processos

app_name = "protocolo_integrado"

urlpatterns = [
    path("protocolo/consulta/", processos.consultar, name="consultar"),
    path("protocolo/processos/<path:numero>/andamentos.atom", feed.feed, name="feed"),
    path("protocolo/processos/<path:numero>/", processos.processo, name="processo"),
    path("acompanhamentos/", acompanhamentos.acompanhamentos, name="acompanhamentos"),
    path("acompanhamentos/deixar/<str:marca>/", acompanhamentos.deixar_sem_entrar, name="deixar_sem_entrar"),
    path("acompanhamentos/<str:numero>/deixar/", acompanhamentos.deixar, name="deixar"),
    path("documentos-de-meu-interesse/", acompanhamentos.de_meu_interesse, name="de_meu_interesse"),
    path("orgaos/<int:orgao_id>/", include("pen.protocolo_integrado.interfaces.web.urls.cuidado")),
    path("", include("pen.protocolo_integrado.interfaces.web.urls.adesao")),
    path("Protocolo/documento/detalhes_documento.jsf", processos.endereco_antigo, name="endereco-antigo"),
    path("Protocolo/", RedirectView.as_view(pattern_name="protocolo_integrado:consultar", permanent=True)),
]
