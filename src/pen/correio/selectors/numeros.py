"""Quanto chegou a cada caixa, de que caso, quanto se recusou, e em quanto tempo se respondeu."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Aggregate, Count, DurationField, ExpressionWrapper, F, Q

from pen.correio.models import Caixa, Conversa
from pen.correio.rules import exigir_quem_cuida
from pen.identidade.public import Ator


class Metade(Aggregate):
    """A mediana (``percentile_cont`` de 0,5); os nulos não contam."""

    name = "Metade"
    template = "percentile_cont(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"


@dataclass(frozen=True, slots=True)
class NumerosDaCaixa:
    """De um período. ``recebidas`` não tem as de programas; ``mediana`` é de chegar até a primeira resposta, em tempo corrido."""

    caixa: Caixa
    recebidas: int
    respondidas: int
    recusadas: int
    recusadas_sozinhas: int
    desfeitas: int
    de_programas: int
    mediana: timedelta | None
    casos: list[tuple[str, int]]


def numeros_das_caixas(*, para: Ator, desde: datetime) -> list[NumerosDaCaixa]:
    """Os números das conversas que começaram de ``desde`` em diante, por caixa.

    Levanta:
        CaixaNaoEncontrada: a pessoa não cuida das caixas.
    """
    exigir_quem_cuida(para)
    conversas = Conversa.objects.filter(recebida_em__gte=desde, comunicado=None).order_by()
    de_gente, recusada = Q(de_programa=False), Q(recusada_em__isnull=False)
    espera = ExpressionWrapper(F("primeira_resposta_em") - F("recebida_em"), output_field=DurationField())
    contas = conversas.values("caixa").annotate(
        recebidas=Count("pk", filter=de_gente), respondidas=Count("primeira_resposta_em"), recusadas=Count("recusada_em"),
        recusadas_sozinhas=Count("pk", filter=recusada & Q(recusa_automatica=True)), desfeitas=Count("recusa_desfeita_em"),
        de_programas=Count("pk", filter=~de_gente), mediana=Metade(espera, output_field=DurationField()),
    )  # fmt: skip
    por_caixa = {conta["caixa"]: {nome: n for nome, n in conta.items() if nome != "caixa"} for conta in contas}
    sem_nada = dict.fromkeys(
        ("recebidas", "respondidas", "recusadas", "recusadas_sozinhas", "desfeitas", "de_programas"), 0
    )
    casos = conversas.filter(caso__isnull=False).values_list("caixa", "caso__texto").annotate(quantas=Count("pk"))
    em_ordem = sorted(casos, key=lambda linha: -linha[2])
    numeros = []
    for caixa in Caixa.objects.all():
        conta: dict[str, Any] = por_caixa.get(caixa.pk) or {**sem_nada, "mediana": None}
        numeros.append(NumerosDaCaixa(caixa, **conta, casos=[(c, n) for dona, c, n in em_ordem if dona == caixa.pk]))
    return numeros
