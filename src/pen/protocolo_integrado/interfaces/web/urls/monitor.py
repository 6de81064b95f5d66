from django.urls import path

from pen.protocolo_integrado.interfaces.web.views import monitor

app_name = "monitor"

urlpatterns = [
    path("orgaos/", monitor.orgaos, name="orgaos"),
    path("orgaos/<int:orgao_id>/", monitor.orgao, name="orgao"),
    path("orgaos/<int:orgao_id>/remessas/", monitor.remessas, name="remessas"),
    path("orgaos/<int:orgao_id>/remessas/<uuid:remessa_id>/", monitor.remessa, name="remessa"),
]
