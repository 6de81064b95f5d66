"""A fila de quem atende."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from pen.atendimento.errors import ChamadoNaoEncontrado
from pen.atendimento.interfaces.web import presenters
from pen.atendimento.interfaces.web.forms import FilaForm
from pen.atendimento.rules import e_atendente
from pen.atendimento.selectors.catalogo import produtos_do_catalogo
from pen.atendimento.selectors.chamados import chamados_da_fila, contagens_da_fila, equipes_da_pessoa
from pen.comum.errors import conferir
from pen.comum.http import endereco_com, exige_entrada


@require_safe
@exige_entrada
def listar(request: HttpRequest) -> HttpResponse:
    """Os chamados abertos das equipes da pessoa, com contagens; para quem não atende, não existe."""
    conferir(e_atendente(request.user), ChamadoNaoEncontrado("Não existe nada neste endereço."))
    agora, equipes = timezone.now(), list(equipes_da_pessoa(request.user))
    form = FilaForm(request.GET, equipes=equipes, produtos=produtos_do_catalogo())
    apos = request.GET.get("apos", "")
    fila, proxima = chamados_da_fila(form.filtros(), para=request.user, agora=agora, depois_de=apos)
    contexto = {
        "form": form, "contagens": presenters.contagens_em_palavras(contagens_da_fila(para=request.user, agora=agora)),
        "chamados": [presenters.linha_do_chamado(c, agora=agora) for c in fila],
        "proxima": endereco_com(request, apos=proxima) if proxima else None,
        "primeira": endereco_com(request, apos="") if apos else None,
    }  # fmt: skip
    return render(request, "atendimento/fila.jinja", contexto)
