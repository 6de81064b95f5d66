from django.urls import re_path

from pen.protocolo_integrado.interfaces.soap import views

urlpatterns = [re_path(r"^ProtocoloWS/integradorService/?$", views.integrador, name="integrador")]
