from django.urls import path

from pen.protocolo_integrado.interfaces.web.views import adesao, credenciais

urlpatterns = [
    path("adesao/", adesao.inicio, name="adesao_inicio"),
    path("adesao/pedir/", adesao.pedir, name="pedir_adesao"),
    path("adesao/<uuid:adesao_id>/", adesao.ver, name="adesao"),
    path("adesao/<uuid:adesao_id>/aprovar/", adesao.aprovar, name="aprovar_adesao"),
    path("adesao/<uuid:adesao_id>/recusar/", adesao.recusar, name="recusar_adesao"),
    path("adesao/<uuid:adesao_id>/cancelar/", adesao.cancelar, name="cancelar_adesao"),
    path("adesao/<uuid:adesao_id>/homologacao/", adesao.emitir_homologacao, name="emitir_homologacao"),
    path("adesao/<uuid:adesao_id>/conferencia/", adesao.pedir_a_conferencia, name="pedir_conferencia"),
    path("adesao/<uuid:adesao_id>/devolver/", adesao.devolver, name="devolver_adesao"),
    path("adesao/<uuid:adesao_id>/aprovar-producao/", adesao.aprovar_a_producao, name="aprovar_producao"),
    path("adesao/<uuid:adesao_id>/producao/", adesao.emitir_producao, name="emitir_producao"),
    path("central/adesoes/", adesao.da_central, name="adesoes_da_central"),
    path("orgaos/<int:orgao_id>/credenciais/", credenciais.listar, name="credenciais_do_orgao"),
    path("orgaos/<int:orgao_id>/credenciais/criar/", credenciais.criar, name="criar_credencial"),
    path("orgaos/<int:orgao_id>/credenciais/<uuid:credencial_id>/revogar/", credenciais.revogar, name="revogar_credencial"),
    path("orgaos/<int:orgao_id>/responsavel/", credenciais.trocar, name="trocar_responsavel"),
    path("orgaos/<int:orgao_id>/suspender/", credenciais.suspender, name="suspender_orgao"),
    path("orgaos/<int:orgao_id>/reativar/", credenciais.reativar, name="reativar_orgao"),
]
