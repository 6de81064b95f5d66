"""Quem pode o quê num chamado. Atender, como os papéis, só vale numa entrada forte."""

from typing import NamedTuple

from pen.atendimento.models import Chamado, Integrante, Seguidor
from pen.identidade.public import Ator, Pessoa


class Lugar(NamedTuple):
    """Uma equipe em que a pessoa atende."""

    equipe_id: int
    coordena: bool


def equipes_de(ator: Ator) -> frozenset[Lugar]:
    """As equipes em que a pessoa pode atender agora; lidas uma vez por pedido."""
    if not isinstance(ator, Pessoa) or not ator.is_active or not ator.entrada_forte:
        return frozenset()
    guardadas: frozenset[Lugar] | None = ator.__dict__.get("_equipes")
    if guardadas is None:
        vigentes = Integrante.objects.filter(pessoa=ator, ate=None, equipe__encerrada_em=None)
        lidas = vigentes.values_list("equipe_id", "coordena")
        guardadas = ator.__dict__["_equipes"] = frozenset(Lugar(*linha) for linha in lidas)
    return guardadas


def e_atendente(ator: Ator) -> bool:
    """Se a pessoa atende em alguma equipe."""
    return bool(equipes_de(ator))


def atende(ator: Ator, chamado: Chamado) -> bool:
    """Se a pessoa é da equipe com que o chamado está: é quem o move."""
    return any(lugar.equipe_id == chamado.equipe_id for lugar in equipes_de(ator))


def e_solicitante(ator: Ator, chamado: Chamado) -> bool:
    """Se foi a pessoa que abriu o chamado."""
    return isinstance(ator, Pessoa) and ator.is_active and ator.pk == chamado.solicitante_id


def participa(ator: Ator, chamado: Chamado) -> bool:
    """Se a pessoa abriu ou segue o chamado: é quem o completa e reabre."""
    if e_solicitante(ator, chamado):
        return True
    return isinstance(ator, Pessoa) and ator.is_active and Seguidor.objects.filter(chamado=chamado, pessoa=ator).exists()
