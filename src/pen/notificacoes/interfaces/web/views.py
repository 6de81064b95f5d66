"""A página de avisos da pessoa e os navegadores dela."""

import json
from pathlib import Path
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pen.comum.errors import ErroDeDominio
from pen.comum.http import exige_entrada
from pen.designsys.forms import erro_no_campo
from pen.identidade.public import quem_pede
from pen.notificacoes.canais.push import chave_publica
from pen.notificacoes.interfaces.web import presenters
from pen.notificacoes.interfaces.web.forms import PreferenciasForm
from pen.notificacoes.selectors.mensagens import mensagens_da_pessoa
from pen.notificacoes.selectors.preferencias import endereco_recusado_de, inscricoes_de, preferencias_de
from pen.notificacoes.services.inscricoes import excluir_inscricao, inscrever_navegador
from pen.notificacoes.services.preferencias import (
    alterar_preferencias,
    pausar_avisos,
    retomar_avisos,
    tentar_endereco_de_novo,
)

MENSAGENS_POR_PAGINA = 20
ENTRADA = "entrada_id"  # onde a identidade guarda, na sessão, a entrada em que a pessoa está (lá, o mesmo nome)
TRABALHADOR = Path(__file__).parents[2] / "static" / "notificacoes" / "avisos-sw.js"
FEITO = {
    "guardado": "Suas escolhas estão guardadas.",
    "pausado": "Os avisos estão pausados.",
    "retomado": "Você voltou a receber avisos.",
    "endereco": "Vamos voltar a mandar para o seu e-mail.",
    "navegador": "O navegador não vai mais receber avisos.",
}


@require_http_methods(["GET", "HEAD", "POST"])
@exige_entrada
def preferencias(request: HttpRequest) -> HttpResponse:
    """Mostra e guarda as preferências; embaixo, o que foi enviado à pessoa."""
    pessoa = quem_pede(request)
    recusado = endereco_recusado_de(pessoa)
    atuais = preferencias_de(pessoa)
    form = PreferenciasForm(request.POST if request.method == "POST" else None, de=atuais)
    if form.is_valid():
        with erro_no_campo(form):
            alterar_preferencias(por=pessoa, **form.escolhas())
            return _voltar("guardado")
    antes = _uuid(request.GET.get("antes", ""))
    mensagens = list(mensagens_da_pessoa(para=pessoa, antes_de=antes)[: MENSAGENS_POR_PAGINA + 1])
    ha_mais = len(mensagens) > MENSAGENS_POR_PAGINA
    mensagens = mensagens[:MENSAGENS_POR_PAGINA]
    contexto = {
        "form": form,
        "preferencias": atuais,
        "recusado": recusado,
        "resposta_da_recusa": presenters.resposta_do_servidor(recusado.codigo, recusado.motivo) if recusado else "",
        "tem_email": bool(pessoa.email),
        "chave_publica": chave_publica(),
        "inscricoes": inscricoes_de(pessoa),
        "mensagens": presenters.mensagens_vistas(mensagens),
        "proxima": mensagens[-1].pk if ha_mais else None,
        "nao_e_a_primeira": antes is not None,
        "feito": FEITO.get(request.GET.get("feito", ""), ""),
    }
    return render(request, "notificacoes/preferencias.jinja", contexto)


@require_POST
@exige_entrada
def pausa(request: HttpRequest) -> HttpResponse:
    """Pausa ou retoma todos os avisos."""
    if request.POST.get("acao") == "retomar":
        retomar_avisos(por=quem_pede(request))
        return _voltar("retomado")
    pausar_avisos(por=quem_pede(request))
    return _voltar("pausado")


@require_POST
@exige_entrada
def endereco(request: HttpRequest) -> HttpResponse:
    """Manda tentar de novo o e-mail que tinha sido recusado."""
    tentar_endereco_de_novo(por=quem_pede(request))
    return _voltar("endereco")


@require_POST
@exige_entrada
def push(request: HttpRequest) -> HttpResponse:
    """Inscreve este navegador; é o script quem chama, com o JSON que o navegador dá."""
    try:
        corpo = json.loads(request.body)
        chaves = corpo["keys"]
        partes = {"endpoint": corpo["endpoint"], "p256dh": chaves["p256dh"], "auth": chaves["auth"]}
    except (ValueError, KeyError, TypeError):
        partes = {}
    if not partes or not all(isinstance(parte, str) for parte in partes.values()):
        return JsonResponse({"detail": "O navegador não informou a inscrição como deveria."}, status=422)
    aparelho = presenters.nome_do_navegador(request.headers.get("User-Agent", ""))
    try:
        inscricao = inscrever_navegador(
            por=quem_pede(request), aparelho=aparelho, da_entrada=_uuid(request.session.get(ENTRADA, "")), **partes
        )
    except ErroDeDominio as erro:
        return JsonResponse({"codigo": erro.codigo, "detail": erro.mensagem}, status=erro.situacao_http)
    return JsonResponse({"id": str(inscricao.pk)}, status=201)


@require_POST
@exige_entrada
def excluir(request: HttpRequest, inscricao_id: UUID) -> HttpResponse:
    """Tira um navegador da lista."""
    excluir_inscricao(por=quem_pede(request), inscricao_id=inscricao_id)
    return _voltar("navegador")


@require_safe
def trabalhador(request: HttpRequest) -> FileResponse:
    """O script que mostra os avisos; servido na raiz porque é do endereço dele que sai o seu alcance."""
    resposta = FileResponse(TRABALHADOR.open("rb"), content_type="text/javascript; charset=utf-8")
    resposta["Cache-Control"] = "no-cache"
    return resposta


def _voltar(feito: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(f"{reverse('notificacoes:preferencias')}?feito={feito}")


def _uuid(texto: str) -> UUID | None:
    try:
        return UUID(texto)
    except ValueError:
        return None
