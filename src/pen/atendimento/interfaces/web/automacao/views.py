"""As macros e os gatilhos da Central, para a equipe central; para os outros, não existem."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pen.atendimento.interfaces.web import presenters
from pen.atendimento.interfaces.web.automacao.forms import Editor, EditorDaMacro, GatilhoForm, editor_do_gatilho
from pen.atendimento.models import Gatilho
from pen.atendimento.selectors.automacao import (
    Ensaio,
    consultar_gatilho_no_cadastro,
    consultar_macro_no_cadastro,
    ensaiar_gatilho,
    gatilhos_do_cadastro,
    macros_do_cadastro,
    ultimos_disparos,
)
from pen.atendimento.selectors.cadastro import codigos_dos_tipos, exigir_cadastro
from pen.atendimento.selectors.equipes import equipes_em_atividade
from pen.atendimento.services.gatilhos import escrever_gatilho, ligar_gatilho
from pen.atendimento.services.macros import escrever_macro, retirar_macro
from pen.comum.http import exige_entrada
from pen.conhecimento.public import produtos_do_catalogo, roteiros_publicados
from pen.designsys.forms import erro_no_campo
from pen.identidade.public import quem_pede


@require_safe
@exige_entrada
def listar(request: HttpRequest) -> HttpResponse:
    """As macros e os gatilhos."""
    contexto = {
        "macros": macros_do_cadastro(para=request.user),
        "gatilhos": [(g, presenters.momento_em_palavras(g.momento())) for g in gatilhos_do_cadastro(para=request.user)],
    }
    return render(request, "atendimento/automacao/lista.jinja", contexto)


@require_http_methods(["GET", "POST"])
@exige_entrada
def macro(request: HttpRequest, macro_id: int | None = None) -> HttpResponse:
    """Uma macro, que há ou que se cria."""
    exigir_cadastro(request.user)
    achada = consultar_macro_no_cadastro(macro_id, para=request.user) if macro_id is not None else None
    produtos, enviado = produtos_do_catalogo(), request.POST if request.method == "POST" else None
    roteiros = roteiros_publicados(para=quem_pede(request))
    editor = EditorDaMacro(achada, enviado, produtos=produtos, equipes=equipes_em_atividade(), roteiros=roteiros)
    if enviado is not None and editor.is_valid():
        with erro_no_campo(editor.geral):
            produto = next((p for p in produtos if p.codigo == editor.geral.cleaned_data["produto"]), None)
            escrever_macro(
                por=quem_pede(request), nome=editor.geral.cleaned_data["nome"], produto=produto, acoes=editor.dado(),
                campos=editor.campos(), macro_id=macro_id,
            )  # fmt: skip
            return HttpResponseRedirect(reverse("atendimento:automacao"))
    contexto = {"editor": editor, "macro": achada}
    return render(request, "atendimento/automacao/macro.jinja", contexto, status=200 if enviado is None else 422)


@require_POST
@exige_entrada
def retirar(request: HttpRequest, macro_id: int) -> HttpResponse:
    """Retira a macro."""
    exigir_cadastro(request.user)
    retirar_macro(por=quem_pede(request), macro_id=macro_id)
    return HttpResponseRedirect(reverse("atendimento:automacao"))


@require_http_methods(["GET", "POST"])
@exige_entrada
def gatilho(request: HttpRequest, gatilho_id: int | None = None) -> HttpResponse:
    """Um gatilho, que há ou que se cria, e o que ele teria feito. Com «ensaiar», só se ensaia o que está escrito."""
    exigir_cadastro(request.user)
    achado = consultar_gatilho_no_cadastro(gatilho_id, para=request.user) if gatilho_id is not None else None
    enviado = request.POST if request.method == "POST" else None
    editor = editor_do_gatilho(
        achado, enviado, produtos=produtos_do_catalogo(), tipos=codigos_dos_tipos(), equipes=equipes_em_atividade()
    )
    contexto: dict[str, Any] = {"editor": editor, "gatilho": achado, "ensaio": None, "disparos": []}
    valido = enviado is not None and editor.is_valid()
    if valido and enviado is not None and "ensaiar" not in enviado:
        with erro_no_campo(editor.geral):
            guardado = escrever_gatilho(
                por=quem_pede(request), nome=editor.geral.cleaned_data["nome"], acoes=editor.dado(), gatilho_id=gatilho_id,
                quando=editor.geral.momento(), condicoes=editor.geral.condicoes(),
            )  # fmt: skip
            return HttpResponseRedirect(reverse("atendimento:gatilho", args=[guardado.pk]))
    elif valido or (enviado is None and achado is not None):
        contexto |= _ensaio(request, editor, achado, valido)
    if achado is not None:
        contexto["disparos"] = [presenters.linha_do_disparo(d) for d in ultimos_disparos(achado, para=request.user)]
    com_erro = enviado is not None and contexto["ensaio"] is None
    return render(request, "atendimento/automacao/gatilho.jinja", contexto, status=422 if com_erro else 200)


@require_POST
@exige_entrada
def ligar(request: HttpRequest, gatilho_id: int) -> HttpResponse:
    """Liga o gatilho, ou o desliga."""
    achado = consultar_gatilho_no_cadastro(gatilho_id, para=request.user)
    ligar_gatilho(por=quem_pede(request), gatilho_id=gatilho_id, ligar=not achado.ligado)
    return HttpResponseRedirect(reverse("atendimento:gatilho", args=[gatilho_id]))


def _ensaio(request: HttpRequest, editor: Editor[GatilhoForm], achado: Gatilho | None, enviado: bool) -> dict[str, Any]:
    """O ensaio do que se enviou ou, sem envio, do gatilho que há; vazio, se o que se enviou não serve."""
    ensaio: Ensaio | None = None
    with erro_no_campo(editor.geral):
        if enviado:
            quando, condicoes = editor.geral.momento(), editor.geral.condicoes()
        else:
            assert achado is not None
            quando, condicoes = achado.momento(), achado.condicoes
        ensaio = ensaiar_gatilho(quando, condicoes, para=request.user, agora=timezone.now())
    return {"ensaio": presenters.ensaio_em_palavras(ensaio, quando), "exemplos": ensaio.exemplos} if ensaio else {}
