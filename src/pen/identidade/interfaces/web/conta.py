"""Minha conta: o que se guarda da pessoa, onde ela está, e o que ela pode mudar, levar ou apagar."""

import json
import uuid
from urllib.parse import urlencode

import segno
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pen.comum.http import exige_entrada, origem_do_pedido
from pen.comum.texto import mascarar_cpfs
from pen.designsys.forms import erro_no_campo
from pen.identidade.enums import FinalidadeDoCodigo
from pen.identidade.interfaces.web.entrada import AVISO, ENTRADA, PROXIMO, fortalecer
from pen.identidade.interfaces.web.forms import CodigoForm, EmailForm, ExcluirContaForm
from pen.identidade.rules import e_da_auditoria, e_da_equipe_central, pode_desligar_segundo_fator_de_outra, quem_pede
from pen.identidade.selectors.pessoas import aparelhos_da_pessoa, papeis_da_pessoa
from pen.identidade.selectors.recados import recados_da_conta
from pen.identidade.services.codigos import pedir_codigo
from pen.identidade.services.codigos import trocar_email as trocar
from pen.identidade.services.entrada import encerrar_entrada, registrar_segundo_fator
from pen.identidade.services.papeis import encerrar_papel
from pen.identidade.services.segundo_fator import (
    codigos_de_reserva_restantes,
    comecar_segundo_fator,
    criar_codigos_de_reserva,
    desligar_segundo_fator,
    falta_confirmar,
    ligar_segundo_fator,
    tem_segundo_fator,
)
from pen.identidade.services.titular import excluir_conta, reunir_dados

TROCA = "troca_de_email_id"


def _conta() -> HttpResponse:
    return HttpResponseRedirect(reverse("identidade:conta"))


@require_GET
@exige_entrada
def minha_conta(request: HttpRequest) -> HttpResponse:
    """A página da conta."""
    pessoa = quem_pede(request)
    contexto = {
        "pessoa": pessoa,
        "cpf": mascarar_cpfs(f"{pessoa.cpf[:3]}.{pessoa.cpf[3:6]}.{pessoa.cpf[6:9]}-{pessoa.cpf[9:]}")
        if pessoa.cpf
        else "",
        "aparelhos": list(aparelhos_da_pessoa(para=pessoa)),
        "aparelho_atual": request.session.get(ENTRADA),
        "central": e_da_equipe_central(pessoa) or e_da_auditoria(pessoa),
        "desliga_segundo_fator": pode_desligar_segundo_fator_de_outra(pessoa),
        "papeis": list(papeis_da_pessoa(para=pessoa)),
        "tem_segundo_fator": tem_segundo_fator(pessoa),
        "codigos_de_reserva": codigos_de_reserva_restantes(pessoa),
        "aviso": request.session.pop(AVISO, ""),
        "recados": recados_da_conta(para=pessoa),
    }
    return render(request, "identidade/conta.jinja", contexto)


@require_POST
@exige_entrada
def sair_do_aparelho(request: HttpRequest, entrada_id: uuid.UUID) -> HttpResponse:
    """Encerra a sessão de um aparelho da própria pessoa."""
    encerrar_entrada(por=quem_pede(request), entrada_id=entrada_id)
    return _conta()


@require_http_methods(["GET", "POST"])
@exige_entrada
def trocar_email(request: HttpRequest) -> HttpResponse:
    """Pede o e-mail novo e manda um código para ele."""
    form = EmailForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with erro_no_campo(form):
            codigo_id = pedir_codigo(
                email=form.cleaned_data["email"], origem=origem_do_pedido(request),
                finalidade=FinalidadeDoCodigo.TROCA, por=quem_pede(request),
            )  # fmt: skip
            request.session[TROCA] = str(codigo_id)
            return HttpResponseRedirect(reverse("identidade:confirmar_email"))
    return render(request, "identidade/trocar_email.jinja", {"form": form})


@require_http_methods(["GET", "POST"])
@exige_entrada
def confirmar_email(request: HttpRequest) -> HttpResponse:
    """Confere o código e troca o e-mail."""
    if TROCA not in request.session:
        return HttpResponseRedirect(reverse("identidade:trocar_email"))
    form = CodigoForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with erro_no_campo(form, "codigo"):
            trocar(
                por=quem_pede(request), codigo_id=uuid.UUID(request.session[TROCA]), digitado=form.cleaned_data["codigo"]
            )
            del request.session[TROCA]
            return _conta()
    return render(request, "identidade/confirmar_email.jinja", {"form": form})


@require_http_methods(["GET", "POST"])
@exige_entrada
def segundo_fator(request: HttpRequest) -> HttpResponse:
    """Liga o segundo fator: mostra o QR e confirma com o primeiro código. Com ``desligar``, desliga."""
    pessoa = quem_pede(request)
    if falta_confirmar(pessoa):
        return _confirmar_antes(reverse("identidade:conta"))
    if "desligar" in request.POST:
        desligar_segundo_fator(por=pessoa)
        return _conta()
    form = CodigoForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with erro_no_campo(form, "codigo"):
            havia = tem_segundo_fator(pessoa)
            codigos = ligar_segundo_fator(por=pessoa, digitado=form.cleaned_data["codigo"])
            registrar_segundo_fator(por=pessoa, entrada_id=uuid.UUID(request.session[ENTRADA]))
            fortalecer(request)
            return _mostrar_codigos(request, codigos, titulo="Segundo fator ligado", havia=havia)
    endereco = comecar_segundo_fator(por=pessoa)
    segredo = endereco.partition("secret=")[2].partition("&")[0]
    contexto = {
        "form": form, "qr": segno.make(endereco, error="m").svg_data_uri(scale=5), "endereco": endereco,
        "ja_ligado": tem_segundo_fator(pessoa), "segredo": " ".join(segredo[n : n + 4] for n in range(0, len(segredo), 4)),
    }  # fmt: skip
    return render(request, "identidade/ligar_segundo_fator.jinja", contexto)


@require_http_methods(["GET", "POST"])
@exige_entrada
def codigos_de_reserva(request: HttpRequest) -> HttpResponse:
    """O GET explica que os antigos deixam de valer; o POST cria dez e os mostra, só dessa vez."""
    pessoa = quem_pede(request)
    if falta_confirmar(pessoa):
        return _confirmar_antes(reverse("identidade:codigos_de_reserva"))
    if request.method == "POST":
        havia = codigos_de_reserva_restantes(pessoa) > 0
        codigos = criar_codigos_de_reserva(por=pessoa)
        return _mostrar_codigos(request, codigos, titulo="Códigos de reserva criados", havia=havia)
    if not tem_segundo_fator(pessoa):
        return HttpResponseRedirect(reverse("identidade:ligar_segundo_fator"))
    return render(request, "identidade/criar_codigos.jinja", {"restam": codigos_de_reserva_restantes(pessoa)})


def _mostrar_codigos(request: HttpRequest, codigos: list[str], *, titulo: str, havia: bool) -> HttpResponse:
    """A única resposta que tem os códigos: não vão para endereço, sessão nem registro."""
    separados = [f"{codigo[:5]} {codigo[5:]}" for codigo in codigos]
    contexto = {"titulo": titulo, "codigos": separados, "havia": havia}
    return render(request, "identidade/codigos_de_reserva.jinja", contexto)


def _confirmar_antes(volta: str) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('identidade:segundo_fator')}?{urlencode({PROXIMO: volta})}")


@require_POST
@exige_entrada
def deixar_papel(request: HttpRequest, atribuicao_id: int) -> HttpResponse:
    """A própria pessoa deixa um papel seu."""
    encerrar_papel(por=quem_pede(request), atribuicao_id=atribuicao_id)
    return _conta()


@require_POST
@exige_entrada
def baixar_dados(request: HttpRequest) -> HttpResponse:
    """Tudo que se guarda da pessoa, num arquivo JSON."""
    corpo = json.dumps(reunir_dados(para=quem_pede(request)), ensure_ascii=False, indent=2)
    return HttpResponse(
        corpo,
        content_type="application/json; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="meus-dados.json"'},
    )


@require_http_methods(["GET", "POST"])
@exige_entrada
def excluir(request: HttpRequest) -> HttpResponse:
    """Explica o que some e o que fica, e exclui a conta."""
    form = ExcluirContaForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with erro_no_campo(form):
            excluir_conta(por=quem_pede(request))
            logout(request)
            return render(request, "identidade/conta_excluida.jinja")
    return render(request, "identidade/excluir.jinja", {"form": form})
