"""As leituras de chamados. Toda leitura começa em ``chamados_visiveis``: o chamado de outro não existe."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from itertools import groupby
from operator import attrgetter
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from pen.atendimento.enums import Desfecho, Situacao
from pen.atendimento.errors import ChamadoNaoEncontrado
from pen.atendimento.models import Anexo, Chamado, Equipe, Passagem, PassoDoChamado, Seguidor
from pen.atendimento.rules import equipes_de
from pen.atendimento.values.protocolo import ler_protocolo
from pen.comum.marcadores import ler_marcador, marcar, pagina_por_chegada
from pen.identidade.public import Ator, Pessoa

POR_PAGINA = 25
DA_LINHA = ("produto", "orgao", "atendente", "equipe")


@dataclass(frozen=True, slots=True)
class FiltrosDaFila:
    """O que se quer ver da fila. ``equipe_id`` nulo é de todas as equipes da pessoa."""

    equipe_id: int | None = None
    produto_id: int | None = None
    situacao: str = ""
    so_meus: bool = False
    vencidos: bool = False


def chamados_visiveis(para: Ator) -> QuerySet[Chamado]:
    """Os que a pessoa abriu ou segue, e os que estão ou estiveram com uma equipe dela."""
    if not isinstance(para, Pessoa) or not para.is_active:
        return Chamado.objects.none()
    visiveis = Q(solicitante=para) | Q(Exists(Seguidor.objects.filter(chamado=OuterRef("pk"), pessoa=para)))
    if equipes := [lugar.equipe_id for lugar in equipes_de(para)]:
        visiveis |= Q(equipe__in=equipes)
        visiveis |= Q(Exists(Passagem.objects.filter(chamado=OuterRef("pk"), equipe__in=equipes)))
    return Chamado.objects.filter(visiveis)


def consultar_chamado(chave: str, *, para: Ator) -> Chamado:
    """O chamado da chave, com o produto, o formulário, o órgão, a equipe e as pessoas.

    Levanta:
        ChamadoNaoEncontrado: não existe, ou não é visível a quem pede.
    """
    achado = chamados_visiveis(para).filter(chave=chave)
    chamado = achado.select_related(
        "produto", "formulario__tipo", "orgao", "equipe", "solicitante", "atendente"
    ).first()  # fmt: skip
    if chamado is None:
        raise ChamadoNaoEncontrado("Não há chamado seu neste endereço.")
    return chamado


def chamados_pelas_chaves(chaves: Sequence[str], *, para: Ator) -> list[Chamado]:
    """Os chamados das chaves que a pessoa vê, do mais antigo ao mais novo; os outros não existem."""
    achados = chamados_visiveis(para).filter(chave__in=chaves).select_related(*DA_LINHA, "formulario__tipo", "solicitante")
    return list(achados.order_by("pk"))


def achar_chamado(protocolo: str, *, para: Ator) -> Chamado:
    """O chamado de um protocolo, como a pessoa o escreveu, entre os que ela vê.

    Levanta:
        ChamadoNaoEncontrado: o número não é um protocolo, não existe, ou não é visível a quem pede; a frase é a mesma.
    """
    lido = ler_protocolo(protocolo)
    chamado = chamados_visiveis(para).filter(protocolo=lido).first() if lido else None
    if chamado is None:
        raise ChamadoNaoEncontrado("Não há chamado seu com este número.")
    return chamado


def meus_chamados(*, para: Pessoa, abertos: bool | None = None, depois_de: str = "") -> tuple[list[Chamado], str]:
    """Uma página dos que a pessoa abriu ou segue, do mais novo ao mais antigo, e o marcador da seguinte."""
    seguidos = Exists(Seguidor.objects.filter(chamado=OuterRef("pk"), pessoa=para))
    meus = Chamado.objects.filter(Q(solicitante=para) | Q(seguidos)).select_related(*DA_LINHA)
    if abertos is not None:
        meus = meus.exclude(situacao=Situacao.ENCERRADO) if abertos else meus.filter(situacao=Situacao.ENCERRADO)
    return pagina_por_chegada(meus, depois_de=depois_de, por_pagina=POR_PAGINA)


def historia(chamado: Chamado, *, para: Ator) -> list[PassoDoChamado]:
    """Os passos em ordem, com os dos chamados unidos a este; as notas internas, só para quem é de uma equipe que o tem ou teve."""
    unidos = Chamado.objects.filter(principal=chamado, desfecho=Desfecho.UNIDO)
    passos = PassoDoChamado.objects.filter(Q(chamado=chamado) | Q(chamado__in=unidos)).select_related("por", "chamado")
    visiveis = passos if ve_internos(para, chamado) else passos.filter(interno=False)
    em_ordem = visiveis.order_by("chamado", "ordem")
    de_cada = [list(do_mesmo) for _, do_mesmo in groupby(em_ordem, key=attrgetter("chamado_id"))]
    return list(merge(*de_cada, key=attrgetter("em")))


def ve_internos(para: Ator, chamado: Chamado) -> bool:
    """Se a pessoa é de uma equipe com que o chamado está ou esteve."""
    equipes = [lugar.equipe_id for lugar in equipes_de(para)]
    if chamado.equipe_id in equipes:
        return True
    return bool(equipes) and Passagem.objects.filter(chamado=chamado, equipe__in=equipes).exists()


def anexos_do_chamado(chamado: Chamado, *, para: Ator) -> dict[UUID, list[Anexo]]:
    """Os anexos de cada passo; os das notas internas, só para quem as lê."""
    unidos = Chamado.objects.filter(principal=chamado, desfecho=Desfecho.UNIDO)
    anexos = Anexo.objects.filter(Q(chamado=chamado) | Q(chamado__in=unidos)).order_by("id")
    por_passo: dict[UUID, list[Anexo]] = defaultdict(list)
    for anexo in anexos if ve_internos(para, chamado) else anexos.filter(passo__interno=False):
        por_passo[anexo.passo_id].append(anexo)
    return por_passo


def consultar_anexo(anexo_id: UUID, *, para: Ator) -> Anexo:
    """O anexo de um chamado que a pessoa vê.

    Levanta:
        ChamadoNaoEncontrado: não existe, ou não é visível a quem pede.
    """
    visiveis = Anexo.objects.filter(pk=anexo_id, chamado__in=chamados_visiveis(para)).select_related("chamado", "passo")
    anexo = visiveis.first()
    if anexo is None or (anexo.passo.interno and not ve_internos(para, anexo.chamado)):
        raise ChamadoNaoEncontrado("Não há anexo neste endereço.")
    return anexo


def ligados_ao_chamado(chamado: Chamado, *, para: Ator) -> list[Chamado]:
    """Os que se encerraram por serem sobre a mesma coisa, dos que a pessoa vê."""
    return list(chamados_visiveis(para).filter(principal=chamado).select_related(*DA_LINHA).order_by("id"))


def outros_da_pessoa(chamado: Chamado, *, para: Ator) -> list[Chamado]:
    """Os outros chamados abertos de quem abriu este, com as equipes de ``para``; os mais novos primeiro, até vinte."""
    outros = _da_fila(para, None).filter(solicitante=chamado.solicitante_id).exclude(pk=chamado.pk)
    return list(outros.select_related(*DA_LINHA).order_by("-pk")[:20])


def tem_ligados(chamado: Chamado) -> bool:
    """Se há chamados à espera da resposta deste."""
    return Chamado.objects.filter(principal=chamado).exists()


def principal_visivel(chamado: Chamado, *, para: Ator) -> Chamado | None:
    """O chamado a que este foi ligado, se a pessoa o vê."""
    if chamado.principal_id is None:
        return None
    return chamados_visiveis(para).filter(pk=chamado.principal_id).first()


def continuacoes_do_chamado(chamado: Chamado, *, para: Ator) -> list[tuple[str, Chamado]]:
    """O que este continua, e os que continuam este, dos que a pessoa vê: (frase, chamado)."""
    visiveis = chamados_visiveis(para)
    antes = visiveis.filter(pk=chamado.anterior_id) if chamado.anterior_id else []
    depois = visiveis.filter(anterior=chamado).order_by("id") if not chamado.aberto else []
    return [("Continua o", c) for c in antes] + [("Continuado no", c) for c in depois]


def seguidores_do_chamado(chamado: Chamado) -> list[Seguidor]:
    """Quem segue, na ordem em que entrou."""
    return list(Seguidor.objects.filter(chamado=chamado).select_related("pessoa").order_by("pk"))


def equipes_da_pessoa(para: Ator) -> QuerySet[Equipe]:
    """As equipes em que a pessoa atende."""
    return Equipe.objects.filter(pk__in=[lugar.equipe_id for lugar in equipes_de(para)])


def chamados_da_fila(
    filtros: FiltrosDaFila, *, para: Ator, agora: datetime, depois_de: str = ""
) -> tuple[list[Chamado], str]:
    """Uma página dos abertos com as equipes da pessoa, e o marcador da seguinte.

    Os reabertos vêm primeiro; depois, quem espera há mais tempo.
    """
    fila = _da_fila(para, filtros.equipe_id)
    if filtros.produto_id is not None:
        fila = fila.filter(produto=filtros.produto_id)
    if filtros.situacao:
        fila = fila.filter(situacao=filtros.situacao)
    if filtros.so_meus and isinstance(para, Pessoa):
        fila = fila.filter(atendente=para)
    if filtros.vencidos:
        fila = fila.filter(_vencidos(agora))
    seguintes = fila.filter(_depois(depois_de)).select_related(*DA_LINHA)
    lidos = list(seguintes.order_by("-reaberturas", "na_fila_desde", "id")[: POR_PAGINA + 1])
    if len(lidos) <= POR_PAGINA:
        return lidos, ""
    ultimo = lidos[POR_PAGINA - 1]
    return lidos[:POR_PAGINA], marcar(str(ultimo.reaberturas), ultimo.na_fila_desde.isoformat(), str(ultimo.pk))


def contagens_da_fila(*, para: Ator, agora: datetime) -> dict[str, int]:
    """Dos abertos com as equipes da pessoa: em cada situação, os meus, os sem atendente e os vencidos."""
    contas = {
        situacao.value: Count("pk", filter=Q(situacao=situacao)) for situacao in Situacao if situacao != Situacao.ENCERRADO
    }
    meus = Q(atendente=para) if isinstance(para, Pessoa) else Q(pk=None)
    contas |= {"meus": Count("pk", filter=meus), "vencidos": Count("pk", filter=_vencidos(agora))}
    return _da_fila(para, None).aggregate(**contas)


def _da_fila(para: Ator, equipe_id: int | None) -> QuerySet[Chamado]:
    equipes = {lugar.equipe_id for lugar in equipes_de(para)}
    if equipe_id is not None:
        equipes &= {equipe_id}
    return Chamado.objects.filter(equipe__in=equipes).exclude(situacao=Situacao.ENCERRADO)


def _vencidos(agora: datetime) -> Q:
    """Os que passaram de um prazo que ainda corre."""
    sem_resposta = Q(primeira_resposta_em=None, prazo_da_resposta__lt=agora)
    return Q(pausado_em=None) & (Q(prazo_da_solucao__lt=agora) | sem_resposta)


def _depois(marcador: str) -> Q:
    """O que vem depois do marcador; tudo, se ele não é nosso."""
    try:
        reaberturas, desde, chave = ler_marcador(marcador, 3) or []
        vezes, em, qual = int(reaberturas), datetime.fromisoformat(desde), UUID(chave)
    except ValueError:
        return Q()
    if em.tzinfo is None or not 0 <= vezes < 2**15:
        return Q()
    mesmas = Q(reaberturas=vezes)
    return (
        Q(reaberturas__lt=vezes) | mesmas & Q(na_fila_desde__gt=em) | mesmas & Q(na_fila_desde=em, pk__gt=qual)
    )  # fmt: skip
