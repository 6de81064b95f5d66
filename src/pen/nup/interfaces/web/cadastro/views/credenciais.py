"""As credenciais de numeração de um órgão. Para quem não cuida dele, nada existe."""

import uuid

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from pen.comum.http import exige_entrada
from pen.designsys.filtros import data_hora
from pen.designsys.forms import erro_no_campo
from pen.designsys.paginas import pedir_confirmacao
from pen.identidade.public import quem_pede
from pen.nup.rules import gere_unidades_de
from pen.nup.selectors.credenciais import consultar_credencial, credenciais_de_numeracao
from pen.nup.services.credenciais import criar_credencial_de_numeracao, revogar_credencial_de_numeracao


@require_http_methods(["GET", "POST"])
@exige_entrada
def do_orgao(request: HttpRequest, orgao_id: int) -> HttpResponse:
    """As credenciais; o POST cria uma e mostra a senha, que só existe nesta resposta."""
    orgao, credenciais = credenciais_de_numeracao(orgao_id, para=request.user)
    form = forms.Form({} if request.method == "POST" else None)
    if form.is_valid():
        with erro_no_campo(form):
            senha = criar_credencial_de_numeracao(por=quem_pede(request), orgao_id=orgao_id)
            contexto = {"orgao": orgao, "senha": senha, "api": f"{settings.ENDERECO}/api/v1/nups"}
            return render(request, "nup/cadastro/senha.jinja", contexto)
    contexto = {
        "orgao": orgao, "credenciais": credenciais, "form": form, "cria": gere_unidades_de(request.user, orgao_id),
    }  # fmt: skip
    return render(request, "nup/cadastro/credenciais.jinja", contexto, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@exige_entrada
def revogar(request: HttpRequest, orgao_id: int, credencial_id: uuid.UUID) -> HttpResponse:
    """O GET pergunta; o POST revoga."""
    endereco = reverse("cnup:credenciais_do_orgao", args=[orgao_id])
    if request.method == "POST":
        revogar_credencial_de_numeracao(por=quem_pede(request), orgao_id=orgao_id, credencial_id=credencial_id)
        return redirect(endereco)
    credencial = consultar_credencial(orgao_id, credencial_id, para=request.user)
    uso = f"usada pela última vez em {data_hora(credencial.ultimo_uso_em)}" if credencial.ultimo_uso_em else "nunca usada"
    return pedir_confirmacao(
        request, titulo="Revogar a credencial", botao="Revogar", voltar=endereco,
        texto=f"A credencial criada em {data_hora(credencial.criada_em)}, {uso}, deixa de entrar na hora, e isto não tem volta. "
        "O sistema que ainda a usa para de numerar; os números que ele já tem continuam valendo.",
    )  # fmt: skip
