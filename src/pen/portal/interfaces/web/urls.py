from django.urls import path

from pen.portal.interfaces.web import saude, views

app_name = "portal"

urlpatterns = [
    path("", views.inicio, name="inicio"),
    path("ajuda/", views.ajuda, name="ajuda"),
    path("ajuda/orgaos/", views.ajuda_orgaos, name="ajuda-orgaos"),
    path("preferencias/contraste", views.contraste, name="contraste"),
    path("robots.txt", views.robots, name="robots"),
    path("saude/", saude.viva, name="saude"),
    path("saude/pronto", saude.pronta, name="saude-pronta"),
]
