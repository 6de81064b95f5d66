"""A busca entre os chamados que a pessoa vê."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from pen.atendimento.interfaces.web import presenters
from pen.atendimento.interfaces.web.forms.fila import BuscaForm
from pen.atendimento.rules import e_atendente
from pen.atendimento.selectors.busca import buscar_chamados
from pen.comum.cifra import cifrar, decifrar
from pen.comum.http import endereco_com, exige_entrada
from pen.conhecimento.public import produtos_do_catalogo
from pen.designsys.forms import erro_no_campo

RESERVADO = "palavras"  # pode ter o nome de alguém: não vai em claro no endereço


@csrf_exempt  # buscar não muda nada; é POST só para que as palavras não fiquem no endereço
@require_http_methods(["GET", "HEAD", "POST"])
@exige_entrada
def buscar(request: HttpRequest) -> HttpResponse:
    """Os chamados com as palavras, ou do protocolo. O POST vira um GET cujo endereço se guarda e não diz as palavras."""
    enviado = request.POST if request.method == "POST" else request.GET
    if RESERVADO in enviado:
        return HttpResponseRedirect(_endereco(enviado))
    dados = request.GET.dict() | (decifrar(request.GET["f"]) or {} if "f" in request.GET else {})
    form = BuscaForm(dados or None, produtos=produtos_do_catalogo())
    apos = request.GET.get("apos", "")
    contexto: dict[str, Any] = {"form": form, "chamados": None, "atende": e_atendente(request.user)}
    if form.is_valid():
        with erro_no_campo(form):
            achados, proxima = buscar_chamados(form.filtros(), para=request.user, depois_de=apos)
            contexto |= {
                "chamados": [presenters.linha_do_chamado(c, agora=timezone.now()) for c in achados],
                "proxima": endereco_com(request, apos=proxima) if proxima else None,
                "primeira": endereco_com(request, apos="") if apos else None,
            }
    return render(request, "atendimento/busca.jinja", contexto)


def _endereco(enviado: QueryDict) -> str:
    """O endereço da busca, com as palavras cifradas e os outros filtros à vista."""
    endereco = QueryDict(mutable=True)
    campos = BuscaForm.base_fields.keys() - {RESERVADO}
    endereco.update({nome: str(valor) for nome, valor in enviado.items() if nome in campos and valor})
    endereco["f"] = cifrar({RESERVADO: enviado[RESERVADO][:200]})
    return f"{reverse('atendimento:busca')}?{endereco.urlencode()}"
