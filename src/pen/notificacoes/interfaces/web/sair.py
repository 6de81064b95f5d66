"""Os links que vão em cada e-mail: cancelar o que a mensagem trouxe, ou pausar tudo. Sem entrar; o token é a permissão."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from pen.notificacoes.segredos import ler_token_de_cancelamento, ler_token_de_pausa
from pen.notificacoes.services.cancelamento import cancelar_pela_mensagem
from pen.notificacoes.services.preferencias import pausar_pelo_link


@csrf_exempt  # RFC 8058: quem chama é o programa de correio, sem cookie
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def cancelar(request: HttpRequest, token: str) -> HttpResponse:
    """Deixa de receber sobre o que a mensagem trouxe. O GET só pergunta: programas de correio abrem links sozinhos."""
    mensagem_id = ler_token_de_cancelamento(token)
    if mensagem_id is None:
        raise Http404
    if request.method != "POST":
        return _pagina(
            request,
            "Deixar de receber",
            "Quer parar de receber avisos sobre o que estava na mensagem de onde veio este link?",
            botao="Deixar de receber",
        )
    if not cancelar_pela_mensagem(mensagem_id):
        explicacao = "A mensagem deste link é antiga e já não a guardamos. Entre para ver o que você acompanha."
        return _pagina(request, "Este link venceu", explicacao)
    explicacao = "Pronto: você não recebe mais avisos sobre o que estava naquela mensagem."
    return _pagina(request, "Você deixou de receber", explicacao, feito=True)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def pausar(request: HttpRequest, token: str) -> HttpResponse:
    """Pausa todos os avisos da pessoa; o GET só pergunta."""
    pessoa_id = ler_token_de_pausa(token)
    if pessoa_id is None:
        raise Http404
    if request.method != "POST":
        explicacao = (
            "Quer pausar tudo? Nada mais será enviado até você retomar, a não ser sobre a sua conta e a sua segurança."
        )
        return _pagina(request, "Pausar todos os avisos", explicacao, botao="Pausar")
    pausar_pelo_link(pessoa_id)
    explicacao = "Pronto: todos os avisos estão pausados. Para retomar, entre na sua conta."
    return _pagina(request, "Avisos pausados", explicacao, feito=True)


def _pagina(request: HttpRequest, titulo: str, explicacao: str, *, botao: str = "", feito: bool = False) -> HttpResponse:
    contexto = {"titulo": titulo, "explicacao": explicacao, "botao_de_fazer": botao, "feito": feito}
    resposta = render(request, "notificacoes/sair.jinja", contexto)
    resposta["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    resposta["Referrer-Policy"] = "no-referrer"  # o token está no endereço
    return resposta
