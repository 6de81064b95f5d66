from django.urls import re_path

from pen.protocolo_integrado.interfaces.rest import views

urlpatterns = [
    re_path(r"^ProtocoloWS/rest/autenticarPorOrgao/?$", views.autenticar_por_orgao, name="rest-autenticar"),
    re_path(
        r"^ProtocoloWS/rest/getQuantidadeMaximaDocumentosPorRequisicao/?$", views.quantidade_maxima, name="rest-maximo"
    ),
    re_path(r"^ProtocoloWS/rest/enviarListaDocumentos/?$", views.enviar_lista_documentos, name="rest-enviar"),
]
