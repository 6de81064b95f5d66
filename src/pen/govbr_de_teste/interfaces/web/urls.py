"""Os endereços do Login Único, como o gov.br os chama, relativos ao emissor."""

from django.urls import path, re_path

from pen.govbr_de_teste.interfaces.web import sistemas, views

app_name = "govbr_de_teste"

urlpatterns = [
    path(".well-known/openid-configuration", sistemas.descobrir, name="descobrir"),
    path("authorize", views.autorizar, name="autorizar"),
    path("logout", views.sair, name="sair"),
    path("token", sistemas.token, name="token"),
    path("jwk", sistemas.jwk, name="jwk"),
    path("userinfo/", sistemas.userinfo, name="userinfo"),
    path("userinfo/picture", sistemas.foto, name="foto"),
    re_path(r"^confiabilidades/v3/contas/(?P<cpf>\d{11})/niveis$", sistemas.niveis, name="niveis"),
]
