"""O que se pergunta ao assistente, para quem escreve na base: sem dizer de quem."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Count, Q, QuerySet

from pen.assistente.enums import Desfecho, Intencao
from pen.assistente.errors import FalaNaoEncontrada
from pen.assistente.models import Fala
from pen.assistente.rules import le_perguntas
from pen.comum.errors import conferir
from pen.comum.semelhanca import radicais
from pen.identidade.public import Ator

DIAS, LIDAS_MAXIMO, GRUPOS, EXEMPLOS = 90, 3_000, 50, 5
PARECIDAS = 0.5  # a parte das palavras das duas que é a mesma


@dataclass(slots=True)
class GrupoDePerguntas:
    """Perguntas parecidas que ficaram sem resposta: a mais nova, outras maneiras de dizer, e quantas são."""

    pergunta: str
    outras: list[str]
    quantas: int
    viraram_chamado: int
    ultima_em: datetime


class Balanco(NamedTuple):
    """De quantas perguntas, quantas tiveram cada fim."""

    perguntas: int
    respondidas: int
    em_duvida: int
    sem_resposta: int
    ajudaram: int
    nao_ajudaram: int
    conversas_encaminhadas: int


def balanco_das_perguntas(*, para: Ator, agora: datetime) -> Balanco:
    """As contas dos últimos noventa dias.

    Levanta:
        FalaNaoEncontrada: ``para`` não lê as perguntas, e para ele isto não existe.
    """
    return Balanco(**_perguntas(para, agora).aggregate(
        perguntas=Count("pk"),
        respondidas=Count("pk", filter=Q(desfecho__in=[Desfecho.RESPONDIDA, Desfecho.QUAL_PRODUTO])),
        em_duvida=Count("pk", filter=Q(desfecho=Desfecho.EM_DUVIDA)),
        sem_resposta=Count("pk", filter=Q(desfecho=Desfecho.NAO_SABE)),
        ajudaram=Count("pk", filter=Q(ajudou=True)), nao_ajudaram=Count("pk", filter=Q(ajudou=False)),
        conversas_encaminhadas=Count("conversa", distinct=True, filter=Q(conversa__encaminhada_em__isnull=False)),
    ))  # fmt: skip


def perguntas_sem_resposta(*, para: Ator, agora: datetime) -> list[GrupoDePerguntas]:
    """As que o assistente não soube, as em que só achou o que talvez sirva, e as que respondeu sem ajudar, juntas por semelhança.

    Vêm dos últimos noventa dias (as três mil mais novas), da que mais se repete à que menos; até cinquenta grupos.

    Levanta:
        FalaNaoEncontrada: ``para`` não lê as perguntas, e para ele isto não existe.
    """
    sem_resposta = Q(desfecho__in=[Desfecho.NAO_SABE, Desfecho.EM_DUVIDA]) & ~Q(ajudou=True) | Q(ajudou=False)
    falas = _perguntas(para, agora).filter(sem_resposta).select_related("conversa").order_by("-em")[:LIDAS_MAXIMO]
    grupos = agrupar_perguntas([(f.pergunta, f.em, f.conversa.encaminhada_em is not None) for f in falas])
    return sorted(grupos, key=lambda g: (-g.quantas, -g.ultima_em.timestamp()))[:GRUPOS]


def agrupar_perguntas(perguntas: Sequence[tuple[str, datetime, bool]]) -> list[GrupoDePerguntas]:
    """Junta as parecidas, na ordem em que vêm; cada uma é a pergunta, quando se fez, e se a conversa virou chamado."""
    grupos: list[tuple[frozenset[str], GrupoDePerguntas]] = []
    por_radical: dict[str, list[int]] = {}
    for pergunta, em, virou in perguntas:
        ditos = radicais(pergunta)
        candidatos = {n for radical in ditos for n in por_radical.get(radical, [])}
        igual = max(candidatos, key=lambda n: _semelhanca(ditos, grupos[n][0]), default=-1)
        if igual >= 0 and _semelhanca(ditos, grupos[igual][0]) >= PARECIDAS:
            grupo = grupos[igual][1]
            grupo.quantas, grupo.viraram_chamado = grupo.quantas + 1, grupo.viraram_chamado + virou
            if pergunta != grupo.pergunta and pergunta not in grupo.outras and len(grupo.outras) < EXEMPLOS:
                grupo.outras.append(pergunta)
        elif ditos:
            for radical in ditos:
                por_radical.setdefault(radical, []).append(len(grupos))
            grupos.append((ditos, GrupoDePerguntas(pergunta, [], 1, int(virou), em)))
    return [grupo for _, grupo in grupos]


def _semelhanca(umas: frozenset[str], outras: frozenset[str]) -> float:
    return len(umas & outras) / len(umas | outras) if umas and outras else 0.0


def _perguntas(para: Ator, agora: datetime) -> QuerySet[Fala]:
    conferir(le_perguntas(para), FalaNaoEncontrada("Não existe nada neste endereço."))
    return Fala.objects.filter(intencao=Intencao.PERGUNTA, em__gte=agora - timedelta(days=DIAS))
