"""As credenciais de um órgão: rotação, troca do responsável e situação. Para quem não atua no órgão, nada existe."""

import uuid

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pen.comum.errors import ErroDeDominio, NaoEncontrado, SemPermissao
from pen.comum.http import exige_entrada
from pen.designsys.filtros import data_hora
from pen.identidade.public import SituacaoDoOrgao, e_da_equipe_central, gere_o_orgao
from pen.protocolo_integrado.interfaces.web.forms.adesao import AmbienteForm, TextoForm, TrocarResponsavelForm
from pen.protocolo_integrado.interfaces.web.presenters import adesao as presenters
from pen.protocolo_integrado.interfaces.web.views.adesao import mostrar_segredo, quem_pede
from pen.protocolo_integrado.selectors.adesoes import (
    ambientes_liberados,
    credenciais_visiveis,
    gere_o_proprio_orgao,
    orgao_das_credenciais,
)
from pen.protocolo_integrado.services.adesao import reativar_orgao, suspender_orgao, trocar_responsavel
from pen.protocolo_integrado.services.credenciais import criar_credencial_do_orgao, revogar_credencial_do_orgao


def _ir(orgao_id: int) -> HttpResponse:
    return HttpResponseRedirect(reverse("protocolo_integrado:credenciais_do_orgao", args=[orgao_id]))


@require_safe
@exige_entrada
def listar(request: HttpRequest, orgao_id: int) -> HttpResponse:
    """As credenciais e, para quem pode, criar, revogar, trocar o responsável e mudar a situação do órgão."""
    return _pagina(request, orgao_id)


@require_POST
@exige_entrada
def criar(request: HttpRequest, orgao_id: int) -> HttpResponse:
    """Cria mais uma credencial e mostra a senha."""
    orgao = orgao_das_credenciais(orgao_id, para=request.user)
    form = AmbienteForm(request.POST, liberados=ambientes_liberados(orgao_id))
    if form.is_valid():
        try:
            ambiente = form.cleaned_data["ambiente"]
            segredo = criar_credencial_do_orgao(por=quem_pede(request), orgao_id=orgao_id, ambiente=ambiente)
        except SemPermissao:
            raise
        except ErroDeDominio as erro:
            form.add_error("ambiente", erro.mensagem)
        else:
            voltar = reverse("protocolo_integrado:credenciais_do_orgao", args=[orgao_id])
            return mostrar_segredo(request, orgao, ambiente, segredo, voltar)
    return _pagina(request, orgao_id, criar=form)


@require_http_methods(["GET", "POST"])
@exige_entrada
def revogar(request: HttpRequest, orgao_id: int, credencial_id: uuid.UUID) -> HttpResponse:
    """O GET pergunta; o POST revoga."""
    if request.method == "POST":
        revogar_credencial_do_orgao(por=quem_pede(request), orgao_id=orgao_id, credencial_id=credencial_id)
        return _ir(orgao_id)
    achadas = [c for c in credenciais_visiveis(orgao_id, para=request.user) if c.pk == credencial_id]
    if not achadas:
        raise NaoEncontrado("Não existe nada neste endereço.")
    credencial = achadas[0]
    uso = f"usada pela última vez em {data_hora(credencial.ultimo_uso_em)}" if credencial.ultimo_uso_em else "nunca usada"
    contexto = {
        "titulo": "Revogar a credencial", "botao_de_fazer": "Revogar",
        "texto": f"A credencial de {credencial.get_ambiente_display()} criada em {data_hora(credencial.criada_em)}, {uso}, deixa "
        "de entrar na hora, e isto não tem volta. O sistema que ainda a usa para de enviar.",
        "voltar": reverse("protocolo_integrado:credenciais_do_orgao", args=[orgao_id]),
    }  # fmt: skip
    return render(request, "protocolo_integrado/adesao_confirmar.jinja", contexto)


@require_http_methods(["GET", "POST"])
@exige_entrada
def trocar(request: HttpRequest, orgao_id: int) -> HttpResponse:
    """Designa outra pessoa como responsável pelo órgão."""
    orgao = orgao_das_credenciais(orgao_id, para=request.user)
    form = TrocarResponsavelForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            cpf, dados = form.cleaned_data["cpf"], form.responsavel()
            trocar_responsavel(por=quem_pede(request), orgao_id=orgao_id, cpf=cpf, dados=dados)
        except SemPermissao:
            raise
        except ErroDeDominio as erro:
            form.add_error(None, erro.mensagem)
        else:  # quem passou a responsabilidade adiante pode já não ver o órgão
            ainda_ve = e_da_equipe_central(request.user) or gere_o_proprio_orgao(request.user, orgao_id)
            return _ir(orgao_id) if ainda_ve else HttpResponseRedirect(reverse("protocolo_integrado:adesao_inicio"))
    contexto = {"orgao": orgao, "form": form}
    situacao = 422 if form.errors else 200
    return render(request, "protocolo_integrado/adesao_responsavel.jinja", contexto, status=situacao)


@require_POST
@exige_entrada
def suspender(request: HttpRequest, orgao_id: int) -> HttpResponse:
    """A equipe central impede o órgão de enviar."""
    form = TextoForm(request.POST, rotulo="Por que suspender")
    if not form.is_valid():
        return _pagina(request, orgao_id, situacao=form)
    suspender_orgao(por=quem_pede(request), orgao_id=orgao_id, motivo=form.cleaned_data["texto"])
    return _ir(orgao_id)


@require_POST
@exige_entrada
def reativar(request: HttpRequest, orgao_id: int) -> HttpResponse:
    """A equipe central volta a deixar o órgão enviar."""
    form = TextoForm(request.POST, rotulo="Por que reativar")
    if not form.is_valid():
        return _pagina(request, orgao_id, situacao=form)
    reativar_orgao(por=quem_pede(request), orgao_id=orgao_id, motivo=form.cleaned_data["texto"])
    return _ir(orgao_id)


def _pagina(
    request: HttpRequest, orgao_id: int, *, criar: AmbienteForm | None = None, situacao: TextoForm | None = None
) -> HttpResponse:
    orgao = orgao_das_credenciais(orgao_id, para=request.user)
    liberados = ambientes_liberados(orgao_id)
    ativo = orgao.situacao == SituacaoDoOrgao.ATIVO
    com_erro = next((f for f in (criar, situacao) if f is not None and f.errors), None)
    contexto = {
        "orgao": orgao, "ativo": ativo, "suspenso": orgao.situacao == SituacaoDoOrgao.SUSPENSO, "liberados": liberados,
        "credenciais": [presenters.linha_da_credencial(c) for c in credenciais_visiveis(orgao_id, para=request.user)],
        "gere": gere_o_orgao(request.user, orgao_id), "cria": gere_o_proprio_orgao(request.user, orgao_id),
        "central": e_da_equipe_central(request.user), "com_erro": com_erro,
        "form": criar or AmbienteForm(liberados=liberados),
        "form_da_situacao": situacao or TextoForm(rotulo="Por que suspender" if ativo else "Por que reativar"),
    }  # fmt: skip
    return render(request, "protocolo_integrado/adesao_credenciais.jinja", contexto, status=422 if com_erro else 200)
