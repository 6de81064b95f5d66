"""Chamados sobre a mesma coisa: um é o principal, os outros se encerram ligados a ele, e todos recebem a resposta de uma vez."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from pen.atendimento.enums import CanalDaMensagem, Desfecho, Passo
from pen.atendimento.errors import DestinoInvalido
from pen.atendimento.models import Chamado
from pen.atendimento.rules import atende
from pen.atendimento.selectors.chamados import achar_chamado
from pen.atendimento.services.avisos_do_chamado import Evento, avisar_do_chamado
from pen.atendimento.services.passo import PAGINA, dar_passo, por_fim, travar_chamado
from pen.comum.errors import SemPermissao, conferir
from pen.identidade.public import Pessoa


@transaction.atomic
def encerrar_duplicado(
    *, por: Pessoa, chave: str, principal: str, canal: CanalDaMensagem = PAGINA, agora: datetime | None = None
) -> Chamado:
    """Encerra o chamado porque outro, de protocolo ``principal``, trata da mesma coisa; quem abriu recebe o que se responder lá.

    O que os outros escreveram no principal não se mostra a quem não o via: só se sabe que ele existe.

    Levanta:
        ChamadoNaoEncontrado, SemPermissao, PassoImpossivel.
        DestinoInvalido: o principal é o próprio chamado, já acabou, ou ``por`` não o vê.
    """
    agora = agora or timezone.now()
    outro = _principal_de(achar_chamado(principal, para=por))
    # Na mesma ordem em toda transação: dois atendentes que ligam um chamado ao outro esperam, e não se travam.
    travados = {c.pk: c for c in Chamado.objects.select_for_update().filter(pk=outro.pk)} if outro.chave < chave else {}
    chamado = travar_chamado(por, chave)
    conferir(atende(por, chamado), SemPermissao("O chamado está com outra equipe."))
    destino = travados.get(outro.pk) or Chamado.objects.select_for_update().get(pk=outro.pk)
    conferir(destino.pk != chamado.pk, DestinoInvalido("Um chamado não é duplicado de si mesmo.", campo="principal"))
    conferir(
        destino.aberto,
        DestinoInvalido("O chamado principal já foi encerrado; encerre este com a mesma resposta.", campo="principal"),
    )
    if chamado.aberto:
        chamado.principal = destino
        por_fim(chamado, Desfecho.DUPLICADO, agora=agora)
    Chamado.objects.filter(principal=chamado).update(principal=destino)  # os que esperavam este esperam agora o principal
    passo = dar_passo(chamado, Passo.DUPLICAR, por=por, agora=agora, canal=canal, detalhes={"principal": str(destino.pk)})
    nota = f"O chamado {chamado.protocolo} é sobre a mesma coisa, e foi ligado a este."
    dar_passo(destino, Passo.ANOTAR, por=por, agora=agora, canal=canal, texto=nota, interno=True)
    avisar_do_chamado(Evento.DUPLICADO, chamado, passo)
    return chamado


def _principal_de(chamado: Chamado) -> Chamado:
    """O chamado que de fato trata do assunto, se este já é duplicado de outro."""
    vistos = set()
    while chamado.principal_id is not None and chamado.desfecho == Desfecho.DUPLICADO and chamado.pk not in vistos:
        vistos.add(chamado.pk)
        assert chamado.principal is not None
        chamado = chamado.principal
    return chamado
