"""Antes de sair: o que ainda vale, para quem, e com que palavras.

O mesmo caminho serve a muitas mensagens, para cancelar de uma vez as que não saem mais, e a uma só, no instante em que sai.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse

from pen.identidade.public import Pessoa
from pen.notificacoes.enums import CanalDeAviso, SituacaoDaMensagem, SituacaoDoAviso
from pen.notificacoes.models import Aviso, EnderecoRecusado, InscricaoPush, Mensagem, Preferencias
from pen.notificacoes.segredos import hash_do_endereco, token_de_cancelamento, token_de_pausa
from pen.notificacoes.services.redacao import cancelador_de, redigir
from pen.notificacoes.values import DESISTENCIA, Entrega, InscricaoVista, Trecho, juntar_trechos

ESPERA_DO_REDATOR = timedelta(minutes=5)


@dataclass(slots=True)
class _Contexto:
    """O que se sabe, agora, das pessoas de umas mensagens."""

    pessoas: dict[int, Pessoa]
    preferencias: dict[int, Preferencias]
    recusados: set[tuple[int, str]]
    inscricoes: dict[int, list[InscricaoVista]] = field(default_factory=lambda: defaultdict(list))


def preparar_entregas(mensagens: Sequence[Mensagem], *, agora: datetime) -> list[Entrega]:
    """As entregas que podem sair agora, na ordem; as outras ficam canceladas, ou adiadas se o redator falhou.

    O número de consultas não depende de quantas são. As mensagens devem vir com a pessoa.
    """
    contexto = _ler_contexto(mensagens)
    canceladas: dict[str, list[UUID]] = defaultdict(list)
    a_redigir: list[Mensagem] = []
    for mensagem in mensagens:
        if codigo := _impedimento(mensagem, contexto):
            canceladas[codigo].append(mensagem.pk)
        else:
            a_redigir.append(mensagem)
    avisos = _avisos_que_valem(a_redigir, contexto)
    redacao = redigir(aviso for do_lote in avisos.values() for aviso in do_lote)
    entregas, adiadas = [], []
    for mensagem in a_redigir:
        do_lote = avisos[mensagem.lote]
        trechos = [redacao.trechos[a.pk] for a in do_lote if a.pk in redacao.trechos]
        if any(a.pk in redacao.falhos for a in do_lote):
            adiadas.append(mensagem)
        elif not trechos:
            canceladas[_por_que_nada(mensagem, do_lote, contexto)].append(mensagem.pk)
        else:
            pares = [a for a in do_lote if a.pk in redacao.trechos]
            entregas.append(_entrega(mensagem, contexto, juntar_trechos(trechos), pares))
    Aviso.objects.filter(pk__in=redacao.cancelados).update(situacao=SituacaoDoAviso.CANCELADO)
    for codigo, ids in canceladas.items():
        _pendentes(ids).update(situacao=SituacaoDaMensagem.CANCELADA, erro_codigo=codigo)
    _adiar(adiadas, agora)
    return entregas


def _ler_contexto(mensagens: Sequence[Mensagem]) -> _Contexto:
    ids = {m.pessoa_id for m in mensagens}
    recusados = EnderecoRecusado.objects.filter(pessoa__in=ids).values_list("pessoa_id", "endereco_hash")
    contexto = _Contexto(
        pessoas={m.pessoa_id: m.pessoa for m in mensagens if m.pessoa.is_active},
        preferencias=Preferencias.objects.in_bulk(ids),
        recusados=set(recusados),
    )
    com_push = [m.pessoa_id for m in mensagens if m.canal == CanalDeAviso.PUSH]
    for i in InscricaoPush.objects.filter(pessoa__in=com_push) if com_push else ():
        contexto.inscricoes[i.pessoa_id].append(InscricaoVista(i.pk, i.endpoint, i.p256dh, i.auth))
    return contexto


def _impedimento(mensagem: Mensagem, contexto: _Contexto) -> str:
    """O código de por que esta mensagem não pode mais sair; vazio se pode."""
    pessoa = contexto.pessoas.get(mensagem.pessoa_id)
    if pessoa is None:
        return "sem-endereco"
    if mensagem.canal == CanalDeAviso.CORREIO:
        if not pessoa.email:
            return "sem-endereco"
        if (pessoa.pk, hash_do_endereco(pessoa.email)) in contexto.recusados:
            return "endereco-recusado"
    if mensagem.canal == CanalDeAviso.PUSH and not contexto.inscricoes.get(pessoa.pk):
        return "sem-inscricao"
    if mensagem.canal == CanalDeAviso.WEBHOOK and not _preferencias(mensagem, contexto).telefone:
        return "sem-endereco"
    return ""


def _avisos_que_valem(mensagens: Iterable[Mensagem], contexto: _Contexto) -> dict[UUID, list[Aviso]]:
    """Os avisos de cada lote que ainda podem sair: com pausa ou canal desligado, só os urgentes."""
    por_lote = {m.lote: m for m in mensagens}
    avisos: dict[UUID, list[Aviso]] = {lote: [] for lote in por_lote}
    agrupados = Aviso.objects.filter(lote__in=por_lote, situacao=SituacaoDoAviso.AGRUPADO).order_by("id")
    for aviso in agrupados:
        assert aviso.lote is not None  # a restrição do banco garante
        if _vale(aviso.urgente, por_lote[aviso.lote], contexto):
            avisos[aviso.lote].append(aviso)
    return avisos


def _vale(urgente: bool, mensagem: Mensagem, contexto: _Contexto) -> bool:
    p = _preferencias(mensagem, contexto)
    ligado = {CanalDeAviso.CORREIO: p.correio or urgente, CanalDeAviso.PUSH: p.push, CanalDeAviso.WEBHOOK: p.webhook}
    return ligado[CanalDeAviso(mensagem.canal)] and (urgente or p.pausado_em is None)


def _por_que_nada(mensagem: Mensagem, avisos: list[Aviso], contexto: _Contexto) -> str:
    if avisos:
        return "sem-conteudo"
    if _preferencias(mensagem, contexto).pausado_em:
        return "pausado"
    return "sem-conteudo" if _vale(False, mensagem, contexto) else "canal-desligado"


def _entrega(mensagem: Mensagem, contexto: _Contexto, trechos: Sequence[Trecho], avisos: list[Aviso]) -> Entrega:
    pessoa = contexto.pessoas[mensagem.pessoa_id]
    para = {
        CanalDeAviso.CORREIO: pessoa.email,
        CanalDeAviso.PUSH: "",
        CanalDeAviso.WEBHOOK: _preferencias(mensagem, contexto).telefone,
    }
    dispensavel = any(not a.urgente for a in avisos)
    cancelavel = dispensavel and any(cancelador_de(a.tipo) for a in avisos)
    return Entrega(
        id=mensagem.pk,
        criada_em=mensagem.criada_em,
        para=para[CanalDeAviso(mensagem.canal)],
        trechos=trechos,
        cancelar=reverse("notificacoes:cancelar", args=[token_de_cancelamento(mensagem.pk)]) if cancelavel else "",
        pausar=reverse("notificacoes:pausar", args=[token_de_pausa(pessoa.pk)]) if dispensavel else "",
        inscricoes=tuple(contexto.inscricoes.get(pessoa.pk, ())),
    )


def _adiar(mensagens: Sequence[Mensagem], agora: datetime) -> None:
    velhas = [m.pk for m in mensagens if agora - m.criada_em > DESISTENCIA]
    novas = [m.pk for m in mensagens if agora - m.criada_em <= DESISTENCIA]
    if velhas:
        _pendentes(velhas).update(situacao=SituacaoDaMensagem.FALHOU, erro_codigo="redator-com-defeito")
    if novas:
        _pendentes(novas).update(proxima_em=agora + ESPERA_DO_REDATOR)


def _preferencias(mensagem: Mensagem, contexto: _Contexto) -> Preferencias:
    return contexto.preferencias.get(mensagem.pessoa_id) or Preferencias()


def _pendentes(ids: Sequence[UUID]) -> QuerySet[Mensagem]:
    """Só o que continua pendente: outra rodada pode ter enviado enquanto esta pensava."""
    return Mensagem.objects.filter(pk__in=ids, situacao=SituacaoDaMensagem.PENDENTE)
