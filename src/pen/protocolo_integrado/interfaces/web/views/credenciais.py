"""As credenciais de um órgão: rotação, troca do responsável e situação. Para quem não atua no órgão, nada existe."""

import uuid
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pen.comum.http import exige_entrada
from pen.designsys.filtros import data_hora
from pen.designsys.forms import erro_no_campo
from pen.designsys.paginas import pedir_confirmacao
from pen.identidade.public import Ambiente, Orgao, SituacaoDoOrgao, e_da_equipe_central, gere_o_orgao, quem_pede
from pen.protocolo_integrado.interfaces.web.forms.adesao import AmbienteForm, TextoForm, TrocarResponsavelForm
from pen.protocolo_integrado.rules import gere_o_proprio_orgao
from pen.protocolo_integrado.selectors.credenciais import (
    ambientes_liberados,
    consultar_credencial,
    credenciais_visiveis,
    orgao_das_credenciais,
)
from pen.protocolo_integrado.services.credenciais import criar_credencial_do_orgao, revogar_credencial_do_orgao
from pen.protocolo_integrado.services.orgaos import reativar_orgao, suspender_orgao, trocar_responsavel


def mostrar_senha(request: HttpRequest, orgao: Orgao, ambiente: Ambiente, senha: str, *, voltar: str) -> HttpResponse:
    """A única página em que a senha aparece: é a resposta do POST, e nenhum cache a guarda."""
    contexto = {
        "orgao": orgao, "ambiente": ambiente.label, "senha": senha, "voltar": voltar,
        "soap": f"{settings.ENDERECO}/ProtocoloWS/integradorService?wsdl", "rest": f"{settings.ENDERECO}/ProtocoloWS/rest/",
    }  # fmt: skip
    return render(request, "protocolo_integrado/credenciais/senha.jinja", contexto)


def _endereco(orgao_id: int) -> str:
    return reverse("protocolo_integrado:credenciais_do_orgao", args=[orgao_id])


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
        with erro_no_campo(form, "ambiente"):
            ambiente = form.cleaned_data["ambiente"]
            segredo = criar_credencial_do_orgao(por=quem_pede(request), orgao_id=orgao_id, ambiente=ambiente)
            return mostrar_senha(request, orgao, ambiente, segredo, voltar=_endereco(orgao_id))
    return _pagina(request, orgao_id, criar=form)


@require_http_methods(["GET", "POST"])
@exige_entrada
def revogar(request: HttpRequest, orgao_id: int, credencial_id: uuid.UUID) -> HttpResponse:
    """O GET pergunta; o POST revoga."""
    if request.method == "POST":
        revogar_credencial_do_orgao(por=quem_pede(request), orgao_id=orgao_id, credencial_id=credencial_id)
        return redirect(_endereco(orgao_id))
    credencial = consultar_credencial(orgao_id, credencial_id, para=request.user)
    uso = f"usada pela última vez em {data_hora(credencial.ultimo_uso_em)}" if credencial.ultimo_uso_em else "nunca usada"
    return pedir_confirmacao(
        request, titulo="Revogar a credencial", botao="Revogar", voltar=_endereco(orgao_id),
        texto=f"A credencial de {credencial.get_ambiente_display()} criada em {data_hora(credencial.criada_em)}, {uso}, deixa "
        "de entrar na hora, e isto não tem volta. O sistema que ainda a usa para de enviar.",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@exige_entrada
def trocar(request: HttpRequest, orgao_id: int) -> HttpResponse:
    """Designa outra pessoa como responsável pelo órgão."""
    orgao = orgao_das_credenciais(orgao_id, para=request.user)
    form = TrocarResponsavelForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with erro_no_campo(form, None):
            cpf, dados = form.cleaned_data["cpf"], form.responsavel()
            trocar_responsavel(por=quem_pede(request), orgao_id=orgao_id, cpf=cpf, dados=dados)
            # Quem passou a responsabilidade adiante pode já não ver o órgão.
            ainda_ve = e_da_equipe_central(request.user) or gere_o_proprio_orgao(request.user, orgao_id)
            return redirect(_endereco(orgao_id) if ainda_ve else "protocolo_integrado:adesao_inicio")
    contexto = {"orgao": orgao, "form": form}
    situacao = 422 if form.errors else 200
    return render(request, "protocolo_integrado/credenciais/responsavel.jinja", contexto, status=situacao)


@require_POST
@exige_entrada
def suspender(request: HttpRequest, orgao_id: int) -> HttpResponse:
    """A equipe central impede o órgão de enviar."""
    return _mudar_situacao(request, orgao_id, suspender_orgao, "Por que suspender")


@require_POST
@exige_entrada
def reativar(request: HttpRequest, orgao_id: int) -> HttpResponse:
    """A equipe central volta a deixar o órgão enviar."""
    return _mudar_situacao(request, orgao_id, reativar_orgao, "Por que reativar")


def _mudar_situacao(request: HttpRequest, orgao_id: int, mudar: Callable[..., Orgao], rotulo: str) -> HttpResponse:
    form = TextoForm(request.POST, rotulo=rotulo)
    if not form.is_valid():
        return _pagina(request, orgao_id, situacao=form)
    mudar(por=quem_pede(request), orgao_id=orgao_id, motivo=form.cleaned_data["texto"])
    return redirect(_endereco(orgao_id))


def _pagina(
    request: HttpRequest, orgao_id: int, *, criar: AmbienteForm | None = None, situacao: TextoForm | None = None
) -> HttpResponse:
    orgao = orgao_das_credenciais(orgao_id, para=request.user)
    liberados = ambientes_liberados(orgao_id)
    ativo = orgao.situacao == SituacaoDoOrgao.ATIVO
    com_erro = next((f for f in (criar, situacao) if f is not None and f.errors), None)
    contexto = {
        "orgao": orgao, "ativo": ativo, "suspenso": orgao.situacao == SituacaoDoOrgao.SUSPENSO, "liberados": liberados,
        "credenciais": credenciais_visiveis(orgao_id, para=request.user),
        "gere": gere_o_orgao(request.user, orgao_id), "cria": gere_o_proprio_orgao(request.user, orgao_id),
        "central": e_da_equipe_central(request.user), "com_erro": com_erro,
        "form": criar or AmbienteForm(liberados=liberados),
        "form_da_situacao": situacao or TextoForm(rotulo="Por que suspender" if ativo else "Por que reativar"),
    }  # fmt: skip
    return render(request, "protocolo_integrado/credenciais/lista.jinja", contexto, status=422 if com_erro else 200)
