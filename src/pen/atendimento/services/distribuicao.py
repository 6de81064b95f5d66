"""Dar atendente a um chamado que chega a uma equipe: em rodízio, ou a quem tem menos, entre os que dominam o produto."""

from datetime import datetime

from django.db.models import Count, Max, Q

from pen.atendimento.enums import CanalDaMensagem, Distribuicao, Passo, Situacao
from pen.atendimento.models import Chamado, Equipe, Integrante
from pen.atendimento.services.avisos_do_chamado import Evento, avisar_do_chamado
from pen.atendimento.services.passo import dar_passo


def distribuir_chamado(chamado: Chamado, *, agora: datetime) -> None:
    """Passa a um integrante o chamado, já travado, que acaba de entrar na fila; na equipe manual, ou sem ninguém, não muda nada.

    A linha da equipe fica travada: dois chamados que chegam juntos não vão à mesma pessoa sem que o rodízio ande.
    """
    if chamado.equipe.distribuicao == Distribuicao.MANUAL or chamado.situacao != Situacao.NA_FILA:
        return
    equipe = Equipe.objects.select_for_update(no_key=True).get(pk=chamado.equipe_id)
    integrante = _escolher(equipe, chamado)
    if integrante is None:
        return
    ultima = Integrante.objects.filter(equipe=equipe).aggregate(ultima=Max("vez"))["ultima"]
    Integrante.objects.filter(pk=integrante.pk).update(vez=ultima + 1)
    chamado.atendente_id = integrante.pessoa_id
    detalhes = {"a": integrante.pessoa_id, "distribuicao": equipe.distribuicao}
    passo = dar_passo(chamado, Passo.ATRIBUIR, por=None, agora=agora, canal=CanalDaMensagem.SISTEMA, detalhes=detalhes)
    avisar_do_chamado(Evento.A_ATENDER, chamado, passo)


def _escolher(equipe: Equipe, chamado: Chamado) -> Integrante | None:
    vigentes = Integrante.objects.filter(equipe=equipe, ate=None, recebe=True, pessoa__is_active=True)
    dominam = vigentes.filter(Q(produtos=None) | Q(produtos=chamado.produto_id)).distinct()
    if equipe.distribuicao == Distribuicao.RODIZIO:
        return dominam.order_by("vez", "pk").first()
    abertos = Chamado.objects.filter(equipe=equipe).exclude(situacao=Situacao.ENCERRADO)
    cargas = dict(abertos.values_list("atendente").annotate(Count("pk")))
    em_ordem = list(dominam.order_by("vez", "pk"))
    return min(em_ordem, key=lambda i: cargas.get(i.pessoa_id, 0), default=None)
