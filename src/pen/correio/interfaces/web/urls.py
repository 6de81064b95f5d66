from django.urls import path

from pen.correio.interfaces.web.views import caixas, comunicados, conversas

app_name = "correio"

urlpatterns = [
    path("", caixas.inicio, name="inicio"),
    path("conversas/", conversas.listar, name="conversas"),
    path("conversas/<str:chave>/", conversas.ver, name="conversa"),
    path("conversas/<str:chave>/originais/<uuid:item_id>", conversas.baixar_original, name="original"),
    path("conversas/<str:chave>/<slug:passo>", conversas.dar_passo, name="dar_passo"),
    path("comunicados/", comunicados.listar, name="comunicados"),
    path("comunicados/novo/", comunicados.escrever, name="novo_comunicado"),
    path("comunicados/<uuid:comunicado_id>/", comunicados.ver, name="comunicado"),
    path("comunicados/<uuid:comunicado_id>/alterar/", comunicados.escrever, name="alterar_comunicado"),
    path("comunicados/<uuid:comunicado_id>/enviar", comunicados.enviar, name="enviar_comunicado"),
    path("comunicados/<uuid:comunicado_id>/excluir", comunicados.excluir, name="excluir_comunicado"),
    path("numeros/", conversas.numeros, name="numeros"),
    path("caixas/<slug:codigo>/", caixas.alterar, name="caixa"),
    path("triagem/", caixas.triagem, name="triagem"),
    path("triagem/<int:expressao_id>/", caixas.alterar_expressao, name="expressao"),
    path("triagem/<int:expressao_id>/excluir", caixas.excluir_expressao, name="excluir_expressao"),
]
