from django.urls import path

from pen.participen.interfaces.web.views import cadastro, escrita, leitura, moderacao, participacao

app_name = "participen"

urlpatterns = [
    path("", leitura.inicio, name="inicio"),
    path("busca/", leitura.buscar, name="busca"),
    path("categorias/<slug:codigo>/", leitura.categoria, name="categoria"),
    path("etiquetas/", leitura.etiquetas, name="etiquetas"),
    path("etiquetas/<slug:codigo>/", leitura.etiqueta, name="etiqueta"),
    path("regras/", leitura.regras, name="regras"),
    path("regras/aceitar", escrita.aceitar, name="aceitar"),
    path("topicos/novo/", escrita.novo, name="novo"),
    path("topicos/<int:numero>/", leitura.topico, name="topico"),
    path("topicos/<int:numero>/responder", escrita.responder_ao_topico, name="responder"),
    path("publicacoes/<uuid:publicacao_id>/", leitura.publicacao, name="publicacao"),
    path("publicacoes/<uuid:publicacao_id>/alterar/", escrita.alterar, name="alterar"),
    path("publicacoes/<uuid:publicacao_id>/historico/", escrita.historico, name="historico"),
    path("publicacoes/<uuid:publicacao_id>/ajudou", escrita.ajudou, name="ajudou"),
    path("publicacoes/<uuid:publicacao_id>/solucao", escrita.solucao, name="solucao"),
    path("publicacoes/<uuid:publicacao_id>/denunciar/", participacao.denunciar, name="denunciar"),
    path("seguir/<slug:tipo>/<slug:codigo>", participacao.seguir, name="seguir"),
    path("seguindo/", participacao.seguindo, name="seguindo"),
    path("minhas/", participacao.minhas, name="minhas"),
    path("decisoes/<uuid:decisao_id>/recorrer/", participacao.recorrer, name="recorrer"),
    path("moderacao/", moderacao.fila, name="moderacao"),
    path("moderacao/numeros/", leitura.numeros, name="numeros"),
    path("moderacao/publicacoes/<uuid:publicacao_id>/", moderacao.publicacao, name="moderar"),
    path("moderacao/topicos/<int:numero>/", moderacao.topico, name="moderar_topico"),
    path("moderacao/recursos/<uuid:decisao_id>/", moderacao.recurso, name="julgar"),
    path("cadastro/", cadastro.inicio, name="cadastro"),
    path("cadastro/categorias/nova/", cadastro.nova_categoria, name="cadastro_nova_categoria"),
    path("cadastro/categorias/<slug:codigo>/", cadastro.categoria, name="cadastro_categoria"),
    path("cadastro/etiquetas/", cadastro.etiquetas, name="cadastro_etiquetas"),
    path("cadastro/etiquetas/<slug:codigo>/", cadastro.etiqueta, name="cadastro_etiqueta"),
    path("cadastro/regras/", cadastro.regras, name="cadastro_regras"),
    path("cadastro/politica/", cadastro.politica, name="cadastro_politica"),
]
