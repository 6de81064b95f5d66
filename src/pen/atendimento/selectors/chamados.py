"""As leituras de chamados. Toda leitura começa em ``chamados_visiveis``: o chamado de outro não existe."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from itertools import groupby
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from pen.atendimento.enums import Desfecho, Situacao
from pen.atendimento.errors import ChamadoNaoEncontrado
from pen.atendimento.models import Anexo, Chamado, ChamadoImportado, Equipe, Passagem, PassoDoChamado, Seguidor
from pen.atendimento.rules import equipes_de, ve_chamado
from pen.atendimento.values.protocolo import ler_protocolo
from pen.comum.marcadores import ler_marcador, marcar, pagina_por_chegada
from pen.comum.preparadas import lendo_preparado
from pen.identidade.public import Ator, Pessoa

POR_PAGINA = 25
_DA_LINHA = ("produto", "orgao", "atendente", "equipe")
_COLUNAS_DA_LINHA = (
    "chave", "protocolo", "assunto", "situacao", "desfecho", "aberto_em", "na_fila_desde", "encerrado_em", "reaberturas",
    "prazo_da_resposta", "primeira_resposta_em", "prazo_da_solucao", "pausado_em", "produto__codigo", "produto__nome",
    "orgao__codigo", "orgao__sigla", "equipe__codigo", "atendente__nome", "atendente__is_active",
)  # fmt: skip

_ABERTAS = [situacao for situacao in Situacao if situacao != Situacao.ENCERRADO]
_CONTADAS = [*(situacao.value for situacao in _ABERTAS), "meus", "vencidos"]
# Escrita à mão porque roda a cada vez que alguém olha a fila.
_CONTAGENS = f"""
SELECT {", ".join(f"count(*) FILTER (WHERE situacao = '{situacao.value}')" for situacao in _ABERTAS)},
    count(*) FILTER (WHERE atendente_id = %(pessoa)s),
    count(*) FILTER (WHERE pausado_em IS NULL AND (prazo_da_solucao < %(agora)s
        OR primeira_resposta_em IS NULL AND prazo_da_resposta < %(agora)s))
FROM atendimento_chamado WHERE equipe_id = ANY(%(equipes)s) AND situacao <> 'encerrado'
"""  # noqa: S608


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


@lendo_preparado()
def consultar_chamado(chave: str, *, para: Ator) -> Chamado:
    """O chamado da chave, com o produto, o formulário, o órgão, a equipe e as pessoas.

    Levanta:
        ChamadoNaoEncontrado: não existe, ou não é visível a quem pede.
    """
    chamado = (
        Chamado.objects.filter(chave=chave)
        .select_related("produto", "formulario__tipo", "orgao", "equipe", "solicitante", "atendente")
        .first()
    )
    if chamado is None or not ve_chamado(para, chamado):
        raise ChamadoNaoEncontrado("Não há chamado seu neste endereço.")
    return chamado


@lendo_preparado()
def linhas_dos_chamados(pks: Sequence[UUID]) -> list[Chamado]:
    """Os chamados, na ordem pedida, só com o que uma linha de lista mostra; que a pessoa os vê, quem chama já conferiu."""
    linhas = Chamado.objects.filter(pk__in=pks).select_related(*_DA_LINHA).only(*_COLUNAS_DA_LINHA)
    achados = {c.pk: c for c in linhas}
    return [achados[pk] for pk in pks if pk in achados]


def chamados_pelas_chaves(chaves: Sequence[str], *, para: Ator) -> list[Chamado]:
    """Os chamados das chaves que a pessoa vê, do mais antigo ao mais novo; os outros não existem."""
    achados = chamados_visiveis(para).filter(chave__in=chaves).select_related(*_DA_LINHA, "formulario__tipo", "solicitante")
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
    abertos_por_mim, seguidos = Chamado.objects.filter(solicitante=para), Seguidor.objects.filter(pessoa=para)
    chaves = abertos_por_mim.values("pk").union(seguidos.values("chamado"))  # um «ou» leria a tabela inteira
    meus = Chamado.objects.filter(pk__in=chaves).only("pk")
    if abertos is not None:
        meus = meus.exclude(situacao=Situacao.ENCERRADO) if abertos else meus.filter(situacao=Situacao.ENCERRADO)
    pagina, proxima = pagina_por_chegada(meus, depois_de=depois_de, por_pagina=POR_PAGINA)
    return linhas_dos_chamados([c.pk for c in pagina]), proxima


@lendo_preparado()
def historia(chamado: Chamado, *, para: Ator) -> list[PassoDoChamado]:
    """Os passos em ordem, com os dos chamados unidos a este; as notas internas, só para quem é de uma equipe que o tem ou teve."""
    chamados = _com_unidos(chamado)
    passos = PassoDoChamado.objects.filter(chamado__in=chamados).select_related("por")
    visiveis = passos if ve_internos(para, chamado) else passos.filter(interno=False)
    em_ordem = list(visiveis.order_by("chamado_id", "ordem"))
    for passo in em_ordem:
        passo.chamado = chamados[passo.chamado_id]
    de_cada = [list(do_mesmo) for _, do_mesmo in groupby(em_ordem, key=attrgetter("chamado_id"))]
    return list(merge(*de_cada, key=attrgetter("em")))


def _com_unidos(chamado: Chamado) -> dict[UUID, Chamado]:
    """O chamado e os que estão unidos a ele; lidos antes, que o banco não acha bem as duas coisas num «ou»."""
    unidos = Chamado.objects.filter(principal=chamado, desfecho=Desfecho.UNIDO)
    return {c.pk: c for c in (chamado, *unidos)}


def ve_internos(para: Ator, chamado: Chamado) -> bool:
    """Se a pessoa é de uma equipe com que o chamado está ou esteve."""
    equipes = [lugar.equipe_id for lugar in equipes_de(para)]
    if chamado.equipe_id in equipes:
        return True
    return bool(equipes) and Passagem.objects.filter(chamado=chamado, equipe__in=equipes).exists()


@lendo_preparado()
def anexos_dos_passos(passos: Sequence[PassoDoChamado]) -> dict[UUID, list[Anexo]]:
    """Os anexos de cada um dos passos que ``historia`` devolveu: quem não lê o passo não vê o anexo."""
    por_passo: dict[UUID, list[Anexo]] = defaultdict(list)
    for anexo in Anexo.objects.filter(chamado__in={p.chamado_id for p in passos}).order_by("id"):
        por_passo[anexo.passo_id].append(anexo)
    return {passo.pk: por_passo[passo.pk] for passo in passos}


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


@lendo_preparado()
def ligados_ao_chamado(chamado: Chamado, *, para: Ator) -> list[Chamado]:
    """Os que se encerraram por serem sobre a mesma coisa, dos que a pessoa vê."""
    ligados = list(Chamado.objects.filter(principal=chamado).values_list("pk", flat=True))
    if not ligados:
        return []
    return linhas_dos_chamados(
        list(chamados_visiveis(para).filter(pk__in=ligados).order_by("id").values_list("pk", flat=True))
    )


def outros_da_pessoa(chamado: Chamado, *, para: Ator) -> list[Chamado]:
    """Os outros chamados abertos de quem abriu este, com as equipes de ``para``; os mais novos primeiro, até vinte."""
    return linhas_dos_chamados(list(_outros(chamado, para).order_by("-pk").values_list("pk", flat=True)[:20]))


def tem_outros_da_pessoa(chamado: Chamado, *, para: Ator) -> bool:
    """Se ``outros_da_pessoa`` acha algum."""
    return _outros(chamado, para).exists()


def _outros(chamado: Chamado, para: Ator) -> QuerySet[Chamado]:
    da_mesma = _da_fila(para, None).filter(solicitante=chamado.solicitante_id, solicitante__is_active=True)
    return da_mesma.exclude(pk=chamado.pk)


def tem_ligados(chamado: Chamado) -> bool:
    """Se há chamados à espera da resposta deste."""
    return Chamado.objects.filter(principal=chamado).exists()


@lendo_preparado()
def principal_visivel(chamado: Chamado, *, para: Ator) -> Chamado | None:
    """O chamado a que este foi ligado, se a pessoa o vê."""
    if chamado.principal_id is None:
        return None
    return chamados_visiveis(para).filter(pk=chamado.principal_id).first()


@lendo_preparado()
def continuacoes_do_chamado(chamado: Chamado, *, para: Ator) -> list[tuple[str, Chamado]]:
    """O que este continua, e os que continuam este, dos que a pessoa vê: (frase, chamado)."""
    depois = [] if chamado.aberto else Chamado.objects.filter(anterior=chamado).values_list("pk", flat=True)
    chaves = {*depois, *([chamado.anterior_id] if chamado.anterior_id else [])}
    if not chaves:
        return []
    achados = chamados_visiveis(para).filter(pk__in=chaves).order_by("id")
    return [("Continua o" if c.pk == chamado.anterior_id else "Continuado no", c) for c in achados]


@lendo_preparado()
def numero_anterior(chamado: Chamado) -> str:
    """O número que o chamado tinha no sistema de onde veio; vazio, se nasceu aqui."""
    return ChamadoImportado.objects.filter(chamado=chamado).values_list("numero", flat=True).first() or ""


@lendo_preparado()
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
    seguintes = fila.filter(_depois(depois_de)).order_by("-reaberturas", "na_fila_desde", "id")
    lidos = linhas_dos_chamados(list(seguintes.values_list("pk", flat=True)[: POR_PAGINA + 1]))
    if len(lidos) <= POR_PAGINA:
        return lidos, ""
    ultimo = lidos[POR_PAGINA - 1]
    return lidos[:POR_PAGINA], marcar(str(ultimo.reaberturas), ultimo.na_fila_desde.isoformat(), str(ultimo.pk))


def contagens_da_fila(*, para: Ator, agora: datetime) -> dict[str, int]:
    """Dos abertos com as equipes da pessoa: em cada situação, os meus, os sem atendente e os vencidos."""
    valores: dict[str, Any] = {
        "equipes": [lugar.equipe_id for lugar in equipes_de(para)], "agora": agora,
        "pessoa": para.pk if isinstance(para, Pessoa) else None,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_CONTAGENS, valores)
        return dict(zip(_CONTADAS, cursor.fetchone(), strict=True))


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
