"""Endereços de topo. Cada contexto é dono dos seus; aqui só se diz onde entram."""

from django.conf import settings
from django.urls import include, path

from pen.config.api import api

handler400 = "pen.portal.interfaces.web.erros.pedido_invalido"
handler403 = "pen.portal.interfaces.web.erros.sem_permissao"
handler404 = "pen.portal.interfaces.web.erros.nao_encontrado"
handler500 = "pen.portal.interfaces.web.erros.erro_inesperado"

# O que os sistemas chamam sem parar vem primeiro: cada endereço antes dele é uma comparação a mais por pedido.
urlpatterns = [
    path("api/v1/", api.urls),
    path("", include("pen.portal.interfaces.web.urls")),
    path("", include("pen.protocolo_integrado.interfaces.soap.urls")),
    path("", include("pen.protocolo_integrado.interfaces.rest.urls")),
    path("", include("pen.protocolo_integrado.interfaces.web.urls")),
    path("", include("pen.protocolo_integrado.interfaces.web.urls.monitor")),
    path("", include("pen.protocolo_integrado.interfaces.web.urls.painel")),
    path("", include("pen.identidade.interfaces.web.urls")),
    path("", include("pen.notificacoes.interfaces.web.urls")),
    path("atendimento/", include("pen.atendimento.interfaces.web.urls")),
    path("participen/", include("pen.participen.interfaces.web.urls")),
    path("conhecimento/", include("pen.conhecimento.interfaces.web.urls")),
    path("correio/", include("pen.correio.interfaces.web.urls")),
    path("assistente/", include("pen.assistente.interfaces.web.urls")),
    path("auditoria/", include("pen.auditoria.interfaces.web.urls")),
    path("nup/", include("pen.nup.interfaces.web.urls")),
    path("nup/", include("pen.nup.interfaces.web.cadastro.urls")),
]

if settings.GOVBR_DE_TESTE:
    urlpatterns.append(path("govbr-de-teste/", include("pen.govbr_de_teste.interfaces.web.urls")))
