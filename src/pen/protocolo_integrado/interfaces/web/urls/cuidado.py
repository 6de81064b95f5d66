from django.urls import path

from pen.protocolo_integrado.interfaces.web.views import cuidado

urlpatterns = [
    path("processos/", cuidado.processos, name="processos_do_orgao"),
    path("processos/<str:numero>/", cuidado.processo_do_orgao, name="processo_do_orgao"),
    path("processos/<str:numero>/nomes/<int:ordem>/mascarar/", cuidado.mascarar, name="mascarar_nome"),
    path("processos/<str:numero>/movimentos/<uuid:chave>/reter/", cuidado.reter, name="reter_movimento"),
    path("retencoes/<uuid:retencao_id>/encerrar/", cuidado.liberar, name="encerrar_retencao"),
    path("regras/", cuidado.regra, name="regra_do_orgao"),
    path("publicacao/", cuidado.publicacao, name="publicacao_do_orgao"),
    path("pessoas/", cuidado.pessoas, name="pessoas_do_orgao"),
    path("pessoas/<int:atribuicao_id>/tirar/", cuidado.tirar_papel, name="tirar_papel"),
]
