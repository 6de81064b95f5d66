"""O chamado: a lista de quem abriu, a página, e os passos que cada um pode dar."""

import uuid
from collections.abc import Sequence

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
from pen.atendimento.interfaces.web.forms.passos import RespostasForm, SeguidorForm
from pen.atendimento.interfaces.web.pagina_do_chamado import Preenchido, mostrar_chamado
from pen.atendimento.interfaces.web.passos import formulario_do_passo, pedido_do_form
from pen.atendimento.models import Chamado, Macro
from pen.atendimento.rules import atende
from pen.atendimento.selectors.automacao import consultar_macro
from pen.atendimento.selectors.chamados import consultar_anexo, consultar_chamado, meus_chamados
from pen.atendimento.selectors.prazos import contagens_do_chamado
from pen.atendimento.selectors.rascunhos import rascunhos_da_pessoa
from pen.atendimento.selectors.roteiros import procurar_para_o_chamado, texto_do_roteiro
from pen.atendimento.services import participacao
from pen.atendimento.services.artigos import comecar_artigo
from pen.atendimento.services.macros import aplicar_macro
from pen.atendimento.services.pedidos import fazer_passo
from pen.atendimento.values.leituras import PassoLido
from pen.comum.errors import BuscaInvalida
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
    """O chamado: com quem está, a história, e o que se pode fazer agora.

    Com ``?passo=``, o formulário desse passo vem aberto; com ``?roteiro=``, a resposta vem começada; com ``?macro=``, vem o que ela
    faria.
    """
    chamado = consultar_chamado(chave, para=request.user)
    if request.GET.get("macro", "").isdecimal():
        macro = consultar_macro(int(request.GET["macro"][:9]), chamado, para=request.user)
        return _com_a_macro(request, chamado, macro, RespostasForm(macro.perguntas()))
    roteiro, passo = request.GET.get("roteiro", ""), presenters.passo_no_endereco(request.GET.get("passo", ""))
    if not atende(request.user, chamado) or not (roteiro or passo):
        return mostrar_chamado(request, chamado)
    inicial: dict[str, object] = {"visto": chamado.passos}
    if roteiro:
        passo = passo or Passo.RESPONDER
        inicial |= {"texto": texto_do_roteiro(roteiro, chamado, para=request.user), "roteiro": roteiro}
    assert passo is not None
    form = formulario_do_passo(request.user, passo, chamado, inicial=inicial)
    return mostrar_chamado(request, chamado, preenchido=Preenchido(passo, form, enviado=False))


@require_POST
@exige_entrada
def comecar(request: HttpRequest, chave: str) -> HttpResponse:
    """Começa um artigo com a resposta que encerrou o chamado, e abre o rascunho."""
    codigo = comecar_artigo(por=quem_pede(request), chave=chave)
    return HttpResponseRedirect(reverse("conhecimento:alterar", args=[codigo]))


@require_POST
@exige_entrada
def dar_passo(request: HttpRequest, chave: str, passo: str) -> HttpResponse:
    """Dá o passo; o que falta, ou a mensagem que chegou antes, volta na página com o que a pessoa escreveu."""
    qual = presenters.passo_no_endereco(passo)
    if qual is None:
        raise Http404
    chamado = consultar_chamado(chave, para=request.user)
    form = formulario_do_passo(request.user, qual, chamado, request.POST, request.FILES)
    contar_pulados(request, form)
    novas: list[PassoLido] = []
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


@require_POST
@exige_entrada
def aplicar(request: HttpRequest, chave: str, macro_id: int) -> HttpResponse:
    """Dá os passos da macro; com «ver», só mostra o texto com as respostas. O que falta, o que chegou antes e o que não coube
    voltam na página.
    """
    chamado = consultar_chamado(chave, para=request.user)
    macro = consultar_macro(macro_id, chamado, para=request.user)
    form, visto = RespostasForm(macro.perguntas(), request.POST), request.POST.get("visto", "")
    novas: list[PassoLido] = []
    if (respostas := form.respostas()) is not None and "ver" not in request.POST:
        with erro_no_campo(form):
            try:
                aplicar_macro(
                    por=quem_pede(request), chave=chave, macro_id=macro_id, respostas=respostas,
                    visto=int(visto) if visto.isdecimal() else None,
                )  # fmt: skip
            except MensagemNaoLida as erro:
                novas = erro.mensagens
            else:
                return HttpResponseRedirect(reverse("atendimento:chamado", args=[chave]))
        chamado = consultar_chamado(chave, para=request.user)
    return _com_a_macro(request, chamado, macro, form, novas=novas)


@require_POST
@exige_entrada
def procurar(request: HttpRequest, chave: str) -> HttpResponse:
    """O que a base tem com as palavras escritas, na própria página; as palavras não vão no endereço."""
    chamado = consultar_chamado(chave, para=request.user)
    palavras = request.POST.get("palavras", "")[:200]
    try:
        achados = procurar_para_o_chamado(palavras, chamado, para=request.user)
    except BuscaInvalida:  # só palavras comuns: não acha nada
        achados = []
    em_palavras = presenters.conhecimento_em_palavras(achados)
    return mostrar_chamado(request, chamado, mais={"conhecimento": em_palavras, "procurado": palavras})


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
        with erro_no_campo(form, "cpf"):
            participacao.incluir_seguidor(por=quem_pede(request), chave=chave, cpf=form.cleaned_data["cpf"])
            return HttpResponseRedirect(reverse("atendimento:chamado", args=[chave]))
    return mostrar_chamado(request, chamado, seguidor=form)


@require_POST
@exige_entrada
def excluir(request: HttpRequest, chave: str, seguidor_id: int) -> HttpResponse:
    """Tira um colega, ou quem pede, dos seguidores."""
    participacao.excluir_seguidor(por=quem_pede(request), chave=chave, seguidor_id=seguidor_id)
    return HttpResponseRedirect(reverse("atendimento:chamado", args=[chave]))


def _com_a_macro(
    request: HttpRequest, chamado: Chamado, macro: Macro, form: RespostasForm, *, novas: Sequence[PassoLido] = ()
) -> HttpResponse:
    """A página do chamado com o que a macro faria, e o que ela pergunta."""
    vista = presenters.macro_em_palavras(macro, chamado, request.user, form.respostas())
    mais = {"macro": vista, "perguntas": form, "com_falta": form if form.errors else None}
    return mostrar_chamado(request, chamado, novas=novas, mais=mais)
