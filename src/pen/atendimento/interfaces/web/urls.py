from django.urls import path

from pen.atendimento.interfaces.web.views import avaliacoes, catalogo, chamados, equipes, fila, politica

app_name = "atendimento"

urlpatterns = [
    path("", catalogo.inicio, name="inicio"),
    path("expediente/", catalogo.expediente, name="expediente"),
    path("chamados/", chamados.listar, name="chamados"),
    path("chamados/<str:chave>/", chamados.ver, name="chamado"),
    path("chamados/<str:chave>/seguidores", chamados.incluir, name="incluir_seguidor"),
    path("chamados/<str:chave>/passos/<slug:passo>", chamados.dar_passo, name="dar_passo"),
    path("anexos/<uuid:anexo_id>/", chamados.baixar_anexo, name="anexo"),
    path("politica/", politica.ver, name="politica"),
    path("avaliacoes/<str:chave>/", avaliacoes.avaliar, name="avaliar"),
    path("avaliacoes/<str:chave>/obrigado/", avaliacoes.agradecer, name="avaliado"),
    path("equipes/", equipes.listar, name="equipes"),
    path("equipes/integrantes/<int:integrante_id>/encerrar", equipes.encerrar, name="encerrar_integrante"),
    path("fila/", fila.listar, name="fila"),
    path("<slug:esfera>/", catalogo.produtos, name="produtos"),
    path("<slug:esfera>/<slug:produto>/", catalogo.produto, name="produto"),
    path("<slug:esfera>/<slug:produto>/<slug:tipo>/", catalogo.abrir, name="abrir"),
]
