"""A recusa: dizer a quem pediu suporte a uma caixa onde se pede, sem lhe devolver nada do que escreveu."""

from datetime import datetime, timedelta
from email.utils import parseaddr

from django.conf import settings
from django.template.loader import render_to_string

from pen.correio.enums import Especie, Passo, Situacao
from pen.correio.models import Caixa, Conversa, Item
from pen.correio.services.balcao import balcao_da_instalacao
from pen.correio.services.saida import por_na_saida
from pen.identidade.public import Pessoa
from pen.notificacoes.public import endereco_completo

AUTOMATICAS_POR_DIA = 3  # a um endereço, por caixa: quem responde sozinho sem o dizer não faz um laço
AUTOMATICAS_POR_HORA = 60  # de uma caixa, a quem for: quem inventa remetentes não nos usa para escrever a muita gente


def recusar(conversa: Conversa, *, dito: str, por: Pessoa | None, agora: datetime) -> None:
    """Recusa a conversa, que está travada, e avisa quem escreveu; ``dito`` diz a que página da Central o aviso leva."""
    conversa.situacao, conversa.recusada_em, conversa.recusa_desfeita_em = Situacao.RECUSADA, agora, None
    conversa.recusa_automatica = por is None
    _avisar(conversa, Passo.RECUSAR, texto_da_recusa(conversa.caixa, dito), por=por, agora=agora)


def desfazer_recusa(conversa: Conversa, *, por: Pessoa, agora: datetime) -> None:
    """Devolve a conversa à fila, e diz a quem escreveu que uma pessoa vai ler."""
    conversa.situacao, conversa.recusa_desfeita_em, conversa.cuida = Situacao.NOVA, agora, None
    texto = render_to_string("correio/aceita.txt", {"caixa": conversa.caixa})
    _avisar(conversa, Passo.ACEITAR, texto, por=por, agora=agora)


def texto_da_recusa(caixa: Caixa, dito: str) -> str:
    """O que a caixa não faz, onde se pede e, se ``dito`` cita um chamado, onde quem o abriu o acompanha."""
    balcao = balcao_da_instalacao()
    contexto = {
        "caixa": caixa,
        "inicio": endereco_completo(balcao.inicio() if balcao else "/"),
        "caminhos": [(c.texto, endereco_completo(c.endereco)) for c in (balcao.caminhos(dito) if balcao else ())],
        "chamados": endereco_completo(balcao.chamados()) if balcao and balcao.cita_chamado(dito) else "",
    }
    return render_to_string("correio/recusa.txt", contexto)


def cabe_avisar_sozinho(caixa: Caixa, remetente: str, *, agora: datetime) -> bool:
    """Se o sistema pode escrever a este endereço sem que uma pessoa mande: não é nosso, e não se escreveu demais."""
    if not remetente or remetente in enderecos_da_instalacao():
        return False
    da_caixa = Item.objects.filter(especie=Especie.AUTOMATICA, conversa__caixa=caixa)
    a_quem = da_caixa.filter(para=remetente, em__gt=agora - timedelta(days=1))
    de_agora = da_caixa.filter(por=None, em__gt=agora - timedelta(hours=1))
    return a_quem.count() < AUTOMATICAS_POR_DIA and de_agora.count() < AUTOMATICAS_POR_HORA


def enderecos_da_instalacao() -> set[str]:
    """Os nossos: as caixas e os que mandam avisos, recebem respostas e devoluções."""
    daqui = (settings.DEFAULT_FROM_EMAIL, settings.CHAMADOS_RESPOSTAS, settings.AVISOS_DEVOLUCOES)
    return {*Caixa.objects.values_list("endereco", flat=True), *(parseaddr(e)[1].lower() for e in daqui)}


def _avisar(conversa: Conversa, passo: Passo, texto: str, *, por: Pessoa | None, agora: datetime) -> None:
    por_na_saida(
        conversa, especie=Especie.AUTOMATICA, passo=passo, texto=texto, para=conversa.remetente, por=por, agora=agora
    )  # fmt: skip
