from django.urls import path

from pen.identidade.interfaces.web import central, chaves, conta, entrada

app_name = "identidade"
urlpatterns = [
    path("entrar/", entrada.escolher, name="entrar"),
    path("entrar/govbr/", entrada.ir_ao_govbr, name="govbr"),
    path("entrar/govbr/retorno/", entrada.voltar_do_govbr, name="govbr_retorno"),
    path("entrar/email/", entrada.pedir_por_email, name="email"),
    path("entrar/email/codigo/", entrada.digitar_codigo, name="codigo"),
    path("entrar/segundo-fator/", entrada.segundo_fator, name="segundo_fator"),
    path("sair/", entrada.sair, name="sair"),
    path("minha-conta/", conta.minha_conta, name="conta"),
    path("minha-conta/aparelhos/<uuid:entrada_id>/sair/", conta.sair_do_aparelho, name="sair_do_aparelho"),
    path("minha-conta/email/", conta.trocar_email, name="trocar_email"),
    path("minha-conta/email/codigo/", conta.confirmar_email, name="confirmar_email"),
    path("minha-conta/segundo-fator/", conta.segundo_fator, name="ligar_segundo_fator"),
    path("minha-conta/segundo-fator/codigos/", conta.codigos_de_reserva, name="codigos_de_reserva"),
    path("minha-conta/chaves/", chaves.listar, name="chaves"),
    path("minha-conta/chaves/<uuid:chave_id>/revogar/", chaves.revogar, name="revogar_chave"),
    path("minha-conta/papeis/<int:atribuicao_id>/deixar/", conta.deixar_papel, name="deixar_papel"),
    path("minha-conta/dados/", conta.baixar_dados, name="dados"),
    path("minha-conta/excluir/", conta.excluir, name="excluir_conta"),
    path("central/segundo-fator/", central.desligar_segundo_fator, name="desligar_segundo_fator_de"),
]
