"""O chamado: a lista de quem abriu, a página, e os passos que cada um pode dar."""

import uuid
from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from pen.atendimento.armazem import abrir
from pen.atendimento.enums import Desfecho, Passo
from pen.atendimento.errors import MensagemNaoLida
from pen.atendimento.interfaces.web import presenters
from pen.atendimento.interfaces.web.forms import (
    COM_ANEXOS,
    ROTULOS_DO_TEXTO,
    SEM_TEXTO_OBRIGATORIO,
    AtribuirForm,
    DuplicarForm,
    EncaminharForm,
    EncerrarForm,
    MensagemForm,
    SeguidorForm,
    TerceiroForm,
    TextoForm,
    anexos_enviados,
    contar_pulados,
)
from pen.atendimento.models import Chamado, PassoDoChamado
from pen.atendimento.rules import atende, e_solicitante, participa
from pen.atendimento.selectors.avaliacoes import avaliacao_a_dar
from pen.atendimento.selectors.chamados import (
    anexos_do_chamado,
    consultar_anexo,
    consultar_chamado,
    historia,
    ligados_ao_chamado,
    meus_chamados,
    principal_visivel,
    seguidores_do_chamado,
    tem_ligados,
    ve_internos,
)
from pen.atendimento.selectors.equipes import destinos_do_chamado, integrantes_da_equipe
from pen.atendimento.selectors.expediente import encerramento_por_silencio
from pen.atendimento.services import atendimento, participacao
from pen.atendimento.services.duplicados import encerrar_duplicado
from pen.comum.http import endereco_com, exige_entrada
from pen.designsys.forms import erro_no_campo
from pen.identidade.public import Pessoa, quem_pede


@require_safe
@exige_entrada
def listar(request: HttpRequest) -> HttpResponse:
    """Os chamados que a pessoa abriu ou segue."""
    quais, apos = request.GET.get("quais", ""), request.GET.get("apos", "")
    lidos, proxima = meus_chamados(
        para=quem_pede(request), abertos={"abertos": True, "encerrados": False}.get(quais), depois_de=apos
    )  # fmt: skip
    contexto = {
        "chamados": [presenters.linha_do_chamado(c, agora=timezone.now()) for c in lidos], "quais": quais,
        "proxima": endereco_com(request, apos=proxima) if proxima else None,
        "primeira": endereco_com(request, apos="") if apos else None,
    }  # fmt: skip
    return render(request, "atendimento/chamados.jinja", contexto)


@require_safe
@exige_entrada
def ver(request: HttpRequest, chave: str) -> HttpResponse:
    """O chamado: com quem está, a história, e o que se pode fazer agora."""
    return _pagina(request, consultar_chamado(chave, para=request.user))


@require_POST
@exige_entrada
def dar_passo(request: HttpRequest, chave: str, passo: str) -> HttpResponse:
    """Dá o passo; o que falta, ou a mensagem que chegou antes, volta na página com o que a pessoa escreveu."""
    nome = passo.replace("-", "_")
    if nome not in (*presenters.DE_QUEM_ABRIU, *presenters.DE_QUEM_ATENDE):
        raise Http404
    qual = Passo(nome)
    chamado = consultar_chamado(chave, para=request.user)
    form = _formulario(qual, chamado, request.POST, request.FILES)
    contar_pulados(request, form)
    novas: list[PassoDoChamado] = []
    if form.is_valid():
        with erro_no_campo(form, "principal" if qual == Passo.DUPLICAR else "texto"):
            try:
                _dar(qual, quem_pede(request), chave, form)
            except MensagemNaoLida as erro:
                novas = erro.mensagens
            else:
                return HttpResponseRedirect(reverse("atendimento:chamado", args=[chave]))
    chamado = consultar_chamado(chave, para=request.user)
    if novas:  # a segunda vez que se envia é depois de ler
        dados = request.POST.copy()
        dados[f"{qual.value}-visto"] = str(chamado.passos)
        form = _formulario(qual, chamado, dados)
    return _pagina(request, chamado, enviado=(qual, form), novas=novas)


@require_safe
@exige_entrada
def baixar_anexo(request: HttpRequest, anexo_id: uuid.UUID) -> FileResponse:
    """O anexo, sempre para baixar: o navegador nunca o abre como página deste sistema."""
    anexo = consultar_anexo(anexo_id, para=request.user)
    resposta = FileResponse(abrir(anexo.resumo), as_attachment=True, filename=anexo.nome, content_type=anexo.formato)
    resposta.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return resposta


@require_POST
@exige_entrada
def incluir(request: HttpRequest, chave: str) -> HttpResponse:
    """Inclui um colega entre os seguidores."""
    chamado = consultar_chamado(chave, para=request.user)
    form = SeguidorForm(request.POST)
    if form.is_valid():
        with erro_no_campo(form, "colega"):
            participacao.incluir_seguidor(por=quem_pede(request), chave=chave, colega=form.cleaned_data["colega"])
            return HttpResponseRedirect(reverse("atendimento:chamado", args=[chave]))
    return _pagina(request, chamado, seguidor=form)


def _dar(passo: Passo, por: Pessoa, chave: str, form: forms.Form) -> Chamado:
    """Leva o passo ao serviço dele."""
    dados = form.cleaned_data
    texto, visto, anexos = dados.get("texto", ""), dados.get("visto"), anexos_enviados(form)
    match passo:
        case Passo.COMPLETAR:
            return participacao.completar_chamado(por=por, chave=chave, texto=texto, anexos=anexos)
        case Passo.CONFIRMAR:
            return participacao.confirmar_solucao(por=por, chave=chave, texto=texto)
        case Passo.CANCELAR:
            return participacao.cancelar_chamado(por=por, chave=chave, texto=texto)
        case Passo.REABRIR:
            return participacao.reabrir_chamado(por=por, chave=chave, texto=texto)
        case Passo.ASSUMIR:
            return atendimento.assumir_chamado(por=por, chave=chave)
        case Passo.RETOMAR:
            return atendimento.retomar_chamado(por=por, chave=chave)
        case Passo.ATRIBUIR:
            return atendimento.atribuir_chamado(por=por, chave=chave, a=int(dados["atendente"]))
        case Passo.AGUARDAR_TERCEIRO:
            return atendimento.aguardar_terceiro(por=por, chave=chave, de_quem=dados["de_quem"], texto=texto)
        case Passo.ENCAMINHAR:
            return atendimento.encaminhar_chamado(
                por=por, chave=chave, equipe_id=int(dados["equipe"]), motivo=dados["motivo"], tentado=dados["tentado"]
            )
        case Passo.DUPLICAR:
            return encerrar_duplicado(por=por, chave=chave, principal=dados["principal"])
        case Passo.ENCERRAR:
            return atendimento.encerrar_chamado(
                por=por,
                chave=chave,
                resposta=texto,
                desfecho=Desfecho(dados["desfecho"]),
                visto=visto,
                anexos=anexos,
                aos_ligados=dados.get("aos_ligados", ""),
            )
    return atendimento.falar_no_chamado(por=por, chave=chave, passo=passo, texto=texto, visto=visto, anexos=anexos)


def _formulario(
    passo: Passo, chamado: Chamado, enviado: Any = None, arquivos: Any = None, *, visto: int | None = None
) -> forms.Form:
    """O formulário do passo, vazio ou com o que se enviou; sem campo nenhum, se o passo é só um botão."""
    opcoes: dict[str, Any] = {"prefix": passo.value}
    if passo in {Passo.ASSUMIR, Passo.RETOMAR}:
        return forms.Form(enviado, **opcoes)
    if passo == Passo.ENCAMINHAR:
        return EncaminharForm(enviado, destinos=destinos_do_chamado(chamado), **opcoes)
    if passo == Passo.DUPLICAR:
        return DuplicarForm(enviado, **opcoes)
    if passo == Passo.ATRIBUIR:
        integrantes = {i.pessoa_id: presenters.nome_de(i.pessoa) for i in integrantes_da_equipe(chamado.equipe_id)}
        return AtribuirForm(enviado, integrantes=integrantes, **opcoes)
    padrao = MensagemForm if passo in COM_ANEXOS else TextoForm
    classe: Callable[..., TextoForm] = {Passo.ENCERRAR: EncerrarForm, Passo.AGUARDAR_TERCEIRO: TerceiroForm}.get(
        passo, padrao
    )
    opcoes |= {"rotulo": ROTULOS_DO_TEXTO[passo], "obrigatorio": passo not in SEM_TEXTO_OBRIGATORIO}
    if passo == Passo.ENCERRAR:
        opcoes["com_ligados"] = tem_ligados(chamado)
    return classe(enviado, arquivos, initial={"visto": visto}, **opcoes)


def _pagina(
    request: HttpRequest,
    chamado: Chamado,
    *,
    enviado: tuple[Passo, forms.Form] | None = None,
    novas: Sequence[PassoDoChamado] = (),
    seguidor: SeguidorForm | None = None,
) -> HttpResponse:
    agora, eu = timezone.now(), request.user
    passos, anexos = historia(chamado, para=eu), anexos_do_chamado(chamado, para=eu)
    cabem = presenters.passos_que_cabem(
        chamado, de_quem_abriu=participa(eu, chamado), solicitante=e_solicitante(eu, chamado), atende=atende(eu, chamado),
        agora=agora,
    )  # fmt: skip
    do_passo, form_enviado = enviado or (None, None)
    da_equipe = ve_internos(eu, chamado)
    visto = passos[-1].ordem if passos else 0
    botoes = presenters.DE_QUEM_ABRIU | presenters.DE_QUEM_ATENDE
    cor, frase = presenters.situacao_em_palavras(chamado, encerramento_por_silencio(chamado), da_equipe=da_equipe)
    contexto = {
        "chamado": chamado, "linha": presenters.linha_do_chamado(chamado, agora=agora), "cor": cor, "frase": frase,
        "dados": presenters.dados_do_chamado(chamado),
        "principal": principal_visivel(chamado, para=eu),
        "ligados": [presenters.linha_do_chamado(c, agora=agora) for c in ligados_ao_chamado(chamado, para=eu)] if da_equipe else [],
        "atendimento": presenters.dados_do_atendimento(chamado) if da_equipe else [],
        "historia": presenters.historia_em_palavras(passos, anexos),
        "passos": [
            {
                "nome": p.value.replace("_", "-"), "botao": botoes[p][0], "enfase": botoes[p][1],
                "form": form_enviado if p == do_passo else _formulario(p, chamado, visto=visto), "aberto": p == do_passo,
            }
            for p in cabem
        ],
        "perdido": form_enviado.data.get(f"{do_passo}-texto", "") if form_enviado is not None and do_passo not in cabem else "",
        "com_falta": next((f for f in (form_enviado, seguidor) if f is not None and f.errors), None),
        "novas": presenters.historia_em_palavras(novas), "seguidores": seguidores_do_chamado(chamado),
        "avaliacao": avaliacao_a_dar(chamado, agora=agora) if e_solicitante(eu, chamado) else None,
        "seguidor": (seguidor or SeguidorForm()) if e_solicitante(eu, chamado) else None,
    }  # fmt: skip
    situacao_http = 409 if contexto["novas"] else 422 if contexto["com_falta"] else 200
    return render(request, "atendimento/chamado.jinja", contexto, status=situacao_http)
