from django.urls import path

from pen.nup.interfaces.web.conferencia.views import embutir, lote, mascaras, numeros

app_name = "nup"

urlpatterns = [
    path("", numeros.conferir, name="conferir"),
    path("lote/", lote.enviar, name="lote"),
    path("lote/<uuid:conferencia_id>/", lote.acompanhar, name="conferencia"),
    path("lote/<uuid:conferencia_id>/andamento", lote.andamento, name="andamento_da_conferencia"),
    path("lote/<uuid:conferencia_id>/planilha", lote.baixar, name="baixar_conferencia"),
    path("lote/<uuid:conferencia_id>/coluna", lote.alterar, name="alterar_coluna"),
    path("lote/<uuid:conferencia_id>/excluir", lote.excluir, name="excluir_conferencia"),
    path("mascaras/", mascaras.experimentar, name="mascaras"),
    path("embutir/", embutir.explicar, name="embutir"),
    path("widget/", embutir.widget, name="widget"),
]
