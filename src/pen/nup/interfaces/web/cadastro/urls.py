from django.urls import path

from pen.nup.interfaces.web.cadastro.views import credenciais, gestores, numeros, pedidos, unidades

app_name = "cnup"

urlpatterns = [
    path("unidades/", unidades.listar, name="unidades"),
    path("unidades.csv", unidades.baixar, name="baixar_unidades"),
    path("unidades/<str:codigo>/", unidades.ver, name="unidade"),
    path("unidades/<str:codigo>/numeros/", numeros.ver, name="numeros"),
    path("unidades/<str:codigo>/numeros/<slug:ato>/", numeros.agir, name="agir_em_numeros"),
    path("unidades/<str:codigo>/pedir/<slug:operacao>/", pedidos.pedir_sobre_unidade, name="pedir_sobre_unidade"),
    path("gestores/", gestores.listar, name="gestores"),
    path("gestores.csv", gestores.baixar, name="baixar_gestores"),
    path("cadastro/", pedidos.inicio, name="inicio"),
    path("cadastro/pedidos/", pedidos.listar, name="pedidos"),
    path("cadastro/pedidos/<uuid:pedido_id>/", pedidos.ver, name="pedido"),
    path("cadastro/pedidos/<uuid:pedido_id>/<slug:passo>/", pedidos.dar_passo, name="dar_passo"),
    path("cadastro/anexos/<uuid:anexo_id>/", pedidos.baixar_anexo, name="anexo"),
    path("cadastro/adesao/", pedidos.aderir, name="aderir"),
    path("cadastro/orgaos/<int:orgao_id>/unidade/", pedidos.cadastrar, name="cadastrar"),
    path("cadastro/orgaos/<int:orgao_id>/descentralizacao/", pedidos.descentralizar, name="descentralizar"),
    path("cadastro/orgaos/<int:orgao_id>/gestores/", gestores.do_orgao, name="gestores_do_orgao"),
    path("cadastro/orgaos/<int:orgao_id>/credenciais/", credenciais.do_orgao, name="credenciais_do_orgao"),
    path(
        "cadastro/orgaos/<int:orgao_id>/credenciais/<uuid:credencial_id>/revogar/",
        credenciais.revogar,
        name="revogar_credencial",
    ),
    path("cadastro/gestores/<int:gestor_id>/encerrar/", gestores.encerrar, name="encerrar_gestor"),
]
