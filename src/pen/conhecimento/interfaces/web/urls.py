from django.urls import path

from pen.conhecimento.interfaces.web.views import leitura, redacao, vocabulario

app_name = "conhecimento"

urlpatterns = [
    path("", leitura.inicio, name="inicio"),
    path("redacao/", redacao.listar, name="redacao"),
    path("redacao/sinonimos/", vocabulario.listar, name="vocabulario"),
    path("redacao/sinonimos/<int:sinonimos_id>/", vocabulario.alterar, name="alterar_sinonimos"),
    path("redacao/sinonimos/<int:sinonimos_id>/excluir", vocabulario.excluir, name="excluir_sinonimos"),
    path("redacao/aprendidos/<int:aprendido_id>/esquecer", vocabulario.esquecer, name="esquecer_aprendido"),
    path("redacao/novo/", redacao.escrever, name="escrever"),
    path("redacao/<slug:codigo>/", redacao.ver, name="redacao_do_artigo"),
    path("redacao/<slug:codigo>/alterar/", redacao.alterar, name="alterar"),
    path("redacao/<slug:codigo>/imagens/", redacao.enviar_imagens, name="enviar_imagens"),
    path("redacao/<slug:codigo>/imagens/excluir", redacao.excluir_imagem, name="excluir_imagem"),
    path("redacao/<slug:codigo>/<slug:acao>", redacao.agir, name="agir"),
    path("produtos/<slug:codigo>/", leitura.produto, name="produto"),
    path("<slug:codigo>/", leitura.ver, name="artigo"),
    path("<slug:codigo>/imagens/<str:nome>", leitura.imagem, name="imagem"),
    path("<slug:codigo>/opiniao", leitura.opinar, name="opinar"),
]
