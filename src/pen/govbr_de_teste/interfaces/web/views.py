"""O que a pessoa vê: a escolha da conta e a saída."""

import time

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from pen.govbr_de_teste.errors import ErroDeOAuth
from pen.govbr_de_teste.interfaces.web.forms import ContaDaListaForm, OutraContaForm
from pen.govbr_de_teste.interfaces.web.respostas import para_pessoas, unicos, voltar
from pen.govbr_de_teste.interfaces.web.sessao import abrir_sessao, encerrar_sessao, ler_sessao
from pen.govbr_de_teste.services.autorizacao import autorizar as autorizar_conta
from pen.govbr_de_teste.services.autorizacao import conferir_destino, conferir_pedido, conferir_saida
from pen.govbr_de_teste.services.defeitos import ler_defeitos
from pen.govbr_de_teste.values import Sessao


@require_http_methods(["GET", "HEAD", "POST"])
@para_pessoas
def autorizar(request: HttpRequest) -> HttpResponse:
    """``authorize``: mostra as contas de teste e, escolhida uma, volta ao cliente com o código.

    Quem já escolheu neste navegador volta na hora, sem ver a página, a não ser com ``prompt=login``. O formulário envia
    para este mesmo endereço: o pedido é conferido de novo, e nada fica guardado até haver código.
    """
    parametros = unicos(request.GET)
    conferir_destino(parametros.get("client_id", ""), parametros.get("redirect_uri", ""))
    retorno, state = parametros["redirect_uri"], parametros.get("state")
    try:
        pedido = conferir_pedido(parametros)
    except ErroDeOAuth as erro:  # destino conferido: quem deve saber é o cliente (RFC 6749, 4.1.2.1)
        return voltar(retorno, error=erro.codigo, error_description=erro.mensagem, state=state)
    enviado = request.POST if request.method == "POST" else None
    aberta = ler_sessao(request) if enviado is None else None
    if aberta and "login" not in parametros.get("prompt", "").split():
        return voltar(retorno, code=autorizar_conta(pedido, aberta), state=state)
    if enviado is not None and "cancelar" in enviado:
        return voltar(retorno, error="access_denied", error_description="A pessoa desistiu de entrar.", state=state)
    a_mao = enviado is not None and "cpf" in enviado
    lista, outra = ContaDaListaForm(None if a_mao else enviado), OutraContaForm(enviado if a_mao else None)
    escolhido = outra if a_mao else lista
    if escolhido.is_valid():
        sessao = Sessao(escolhido.conta(), autenticada_em=int(time.time()))
        return abrir_sessao(voltar(retorno, code=autorizar_conta(pedido, sessao), state=state), sessao)
    contexto = {"lista": lista, "outra": outra, "escolhido": escolhido, "defeitos": ler_defeitos().ligados}
    return render(request, "govbr_de_teste/conta.jinja", contexto)


@require_safe
@para_pessoas
def sair(request: HttpRequest) -> HttpResponse:
    """``logout``: encerra a sessão deste emissor e volta ao cliente, se o endereço é um dos registrados."""
    return encerrar_sessao(voltar(conferir_saida(unicos(request.GET).get("post_logout_redirect_uri", ""))))
