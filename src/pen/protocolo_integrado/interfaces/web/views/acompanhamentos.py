"""Acompanhar processos, e os documentos de meu interesse."""

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pen.comum.http import exige_entrada
from pen.designsys.forms import erro_no_campo
from pen.identidade.public import quem_pede
from pen.nup.public import ler_numero
from pen.protocolo_integrado.interfaces.web.forms.acompanhamentos import AcompanharForm
from pen.protocolo_integrado.interfaces.web.presenters import processos as presenters
from pen.protocolo_integrado.selectors.acompanhamentos import acompanhamentos_da_pessoa, processos_de_interesse
from pen.protocolo_integrado.selectors.processos import interessados_dos_processos
from pen.protocolo_integrado.services.acompanhamentos import acompanhar_processo, deixar_pelos_avisos, deixar_processo
from pen.protocolo_integrado.services.avisos import ler_marca_de_cancelamento


@require_http_methods(["GET", "POST"])
@exige_entrada
def acompanhamentos(request: HttpRequest) -> HttpResponse:
    """A lista da pessoa; o POST inclui um número."""
    form = AcompanharForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with erro_no_campo(form, "numero"):
            novo = acompanhar_processo(por=quem_pede(request), numero=form.cleaned_data["numero"])
            return redirect(f"{reverse('protocolo_integrado:acompanhamentos')}#processo-{novo.numero}")
    contexto = presenters.lista_de_acompanhamentos(acompanhamentos_da_pessoa(para=quem_pede(request)))
    contexto |= {"form": form, "tem_email": bool(quem_pede(request).email)}
    return render(request, "protocolo_integrado/acompanhamentos/lista.jinja", contexto)


@require_POST
@exige_entrada
def deixar(request: HttpRequest, numero: str) -> HttpResponse:
    """Deixa de acompanhar um número e volta para onde a pessoa estava: o processo ou a lista."""
    deixar_processo(por=quem_pede(request), numero=numero)
    if "ficar" in request.POST:
        return redirect("protocolo_integrado:processo", numero)
    return redirect("protocolo_integrado:acompanhamentos")


@csrf_exempt  # a marca assinada é a permissão: quem abre o e-mail não precisa entrar
@require_http_methods(["GET", "POST"])
def deixar_sem_entrar(request: HttpRequest, marca: str) -> HttpResponse:
    """O endereço que vai no e-mail: o GET só pergunta (programas de correio abrem links), o POST deixa."""
    try:
        pessoa_id, numero = ler_marca_de_cancelamento(marca)
    except signing.BadSignature:
        raise Http404 from None
    if request.method == "POST":
        deixar_pelos_avisos(pessoa_id, [{"numero": numero}])
    contexto = {"numero": ler_numero(numero).formatado, "feito": request.method == "POST"}
    resposta = render(request, "protocolo_integrado/acompanhamentos/deixar.jinja", contexto)
    resposta["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    resposta["Cache-Control"] = "no-store"
    return resposta


@require_GET
@exige_entrada
def de_meu_interesse(request: HttpRequest) -> HttpResponse:
    """Os processos em que o CPF da pessoa é de um interessado."""
    processos = processos_de_interesse(para=quem_pede(request))
    nomes = interessados_dos_processos({r.numero for r in processos})
    contexto = {"processos": presenters.linhas_de_processos(processos, nomes), "tem_cpf": bool(quem_pede(request).cpf)}
    return render(request, "protocolo_integrado/acompanhamentos/de_meu_interesse.jinja", contexto)
