"""O chamado: a lista de quem abriu, a página, e os passos que cada um pode dar."""

import uuid

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from pen.atendimento.armazem import abrir
from pen.atendimento.enums import Passo
from pen.atendimento.errors import MensagemNaoLida
from pen.atendimento.interfaces.web import presenters
from pen.atendimento.interfaces.web.forms.comum import contar_pulados
from pen.atendimento.interfaces.web.forms.passos import SeguidorForm
from pen.atendimento.interfaces.web.pagina_do_chamado import Preenchido, mostrar_chamado
from pen.atendimento.interfaces.web.passos import formulario_do_passo, pedido_do_form
from pen.atendimento.models import PassoDoChamado
from pen.atendimento.rules import atende
from pen.atendimento.selectors.chamados import consultar_anexo, consultar_chamado, meus_chamados
from pen.atendimento.selectors.prazos import contagens_do_chamado
from pen.atendimento.selectors.rascunhos import rascunhos_da_pessoa
from pen.atendimento.selectors.roteiros import texto_do_roteiro
from pen.atendimento.services import participacao
from pen.atendimento.services.pedidos import fazer_passo
from pen.comum.http import endereco_com, exige_entrada
from pen.designsys.forms import erro_no_campo
from pen.identidade.public import quem_pede
from pen.notificacoes.public import recusas_dos_emails


@require_safe
@exige_entrada
def listar(request: HttpRequest) -> HttpResponse:
    """Os chamados que a pessoa abriu ou segue."""
    quais, apos, eu = request.GET.get("quais", ""), request.GET.get("apos", ""), quem_pede(request)
    lidos, proxima = meus_chamados(
        para=eu, abertos={"abertos": True, "encerrados": False}.get(quais), depois_de=apos
    )  # fmt: skip
    contexto = {
        "chamados": [presenters.linha_do_chamado(c, agora=timezone.now()) for c in lidos], "quais": quais,
        "rascunhos": [] if apos else [presenters.linha_do_rascunho(r) for r in rascunhos_da_pessoa(eu)],
        "correio_falha_desde": recusas_dos_emails([eu]).get(eu.pk),
        "proxima": endereco_com(request, apos=proxima) if proxima else None,
        "primeira": endereco_com(request, apos="") if apos else None,
    }  # fmt: skip
    return render(request, "atendimento/chamados.jinja", contexto)


@require_safe
@exige_entrada
def ver(request: HttpRequest, chave: str) -> HttpResponse:
    """O chamado: com quem está, a história, e o que se pode fazer agora; com ``?roteiro=``, a resposta já começada."""
    chamado = consultar_chamado(chave, para=request.user)
    roteiro = request.GET.get("roteiro", "")
    if not roteiro or not atende(request.user, chamado):
        return mostrar_chamado(request, chamado)
    passo = Passo.ENCERRAR if request.GET.get("para") == "encerrar" else Passo.RESPONDER
    texto = texto_do_roteiro(roteiro, chamado, para=request.user)
    inicial = {"texto": texto, "roteiro": roteiro, "visto": chamado.passos}
    form = formulario_do_passo(request.user, passo, chamado, inicial=inicial)
    return mostrar_chamado(request, chamado, preenchido=Preenchido(passo, form, enviado=False))


@require_POST
@exige_entrada
def dar_passo(request: HttpRequest, chave: str, passo: str) -> HttpResponse:
    """Dá o passo; o que falta, ou a mensagem que chegou antes, volta na página com o que a pessoa escreveu."""
    nome = passo.replace("-", "_")
    if nome not in (*presenters.DE_QUEM_ABRIU, *presenters.DE_QUEM_ATENDE):
        raise Http404
    qual = Passo(nome)
    chamado = consultar_chamado(chave, para=request.user)
    form = formulario_do_passo(request.user, qual, chamado, request.POST, request.FILES)
    contar_pulados(request, form)
    novas: list[PassoDoChamado] = []
    if form.is_valid():
        with erro_no_campo(form, "principal" if qual == Passo.DUPLICAR else "texto"):
            try:
                fazer_passo(por=quem_pede(request), chave=chave, pedido=pedido_do_form(qual, form))
            except MensagemNaoLida as erro:
                novas = erro.mensagens
            else:
                return HttpResponseRedirect(reverse("atendimento:chamado", args=[chave]))
    chamado = consultar_chamado(chave, para=request.user)
    if novas:  # a segunda vez que se envia é depois de ler
        dados = request.POST.copy()
        dados[f"{qual.value}-visto"] = str(chamado.passos)
        form = formulario_do_passo(request.user, qual, chamado, dados)
    return mostrar_chamado(request, chamado, preenchido=Preenchido(qual, form), novas=novas)


@require_safe
@exige_entrada
def explicar_prazos(request: HttpRequest, chave: str) -> HttpResponse:
    """Por que cada prazo é o que é: as horas contadas, dia por dia, e as pausas."""
    chamado = consultar_chamado(chave, para=request.user)
    prazos = presenters.prazos_em_palavras(contagens_do_chamado(chamado))
    parado = chamado.pausado_em is not None
    return render(request, "atendimento/prazos.jinja", {"chamado": chamado, "prazos": prazos, "parado": parado})


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
    return mostrar_chamado(request, chamado, seguidor=form)


@require_POST
@exige_entrada
def excluir(request: HttpRequest, chave: str, seguidor_id: int) -> HttpResponse:
    """Tira um colega, ou quem pede, dos seguidores."""
    participacao.excluir_seguidor(por=quem_pede(request), chave=chave, seguidor_id=seguidor_id)
    return HttpResponseRedirect(reverse("atendimento:chamado", args=[chave]))
