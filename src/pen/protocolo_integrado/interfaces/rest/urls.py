from django.urls import path, re_path

from pen.protocolo_integrado.interfaces.rest import views

urlpatterns = [
    re_path(r"^ProtocoloWS/rest/autenticarPorOrgao/?$", views.autenticar_por_orgao, name="rest-autenticar"),
    re_path(
        r"^ProtocoloWS/rest/getQuantidadeMaximaDocumentosPorRequisicao/?$", views.quantidade_maxima, name="rest-maximo"
    ),
    re_path(r"^ProtocoloWS/rest/enviarListaDocumentos/?$", views.enviar_lista_documentos, name="rest-enviar"),
    re_path(r"^ProtocoloWS/rest/remessas/?$", views.listar_remessas, name="rest-remessas"),
    path("ProtocoloWS/rest/remessas/<uuid:remessa_id>", views.detalhar_remessa, name="rest-remessa"),
]
