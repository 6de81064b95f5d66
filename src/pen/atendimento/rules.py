"""Quem pode o quê num chamado. Atender, como os papéis, só vale numa entrada forte."""

from datetime import datetime, timedelta
from typing import NamedTuple

from pen.atendimento.enums import Desfecho, Passo, Situacao
from pen.atendimento.models import Chamado
from pen.atendimento.values.passos import DA_EQUIPE, DE_QUEM_ABRIU, QUE_ASSUMEM, cabe
from pen.comum.preparadas import consultar_preparada
from pen.identidade.public import Ator, Pessoa

DIAS_DE_SEPARAR = 7
SO_DO_SOLICITANTE = frozenset({Passo.CONFIRMAR, Passo.CANCELAR})

# Escritas à mão porque rodam a cada pedido de quem atende.
_LUGARES = """
SELECT i.equipe_id, i.coordena, CASE WHEN e.distribuicao <> 'manual' THEN i.recebe END
FROM atendimento_integrante i JOIN atendimento_equipe e ON e.id = i.equipe_id
WHERE i.pessoa_id = %s AND i.ate IS NULL AND e.encerrada_em IS NULL
"""
_SEGUE = "SELECT EXISTS (SELECT FROM atendimento_seguidor WHERE chamado_id = %s AND pessoa_id = %s)"
_PASSOU = "SELECT EXISTS (SELECT FROM atendimento_passagem WHERE chamado_id = %s AND equipe_id = ANY(%s::bigint[]))"


class Lugar(NamedTuple):
    """Uma equipe em que a pessoa atende."""

    equipe_id: int
    coordena: bool
    recebe: bool | None  # na distribuição; nulo, se a equipe não distribui


def equipes_de(ator: Ator) -> frozenset[Lugar]:
    """As equipes em que a pessoa pode atender agora; lidas uma vez por pedido."""
    if not isinstance(ator, Pessoa) or not ator.is_active or not ator.entrada_forte:
        return frozenset()
    guardadas: frozenset[Lugar] | None = ator.__dict__.get("_equipes")
    if guardadas is None:
        lidas = consultar_preparada(_LUGARES, [ator.pk])
        guardadas = ator.__dict__["_equipes"] = frozenset(Lugar(*linha) for linha in lidas)
    return guardadas


def e_atendente(ator: Ator) -> bool:
    """Se a pessoa atende em alguma equipe."""
    return bool(equipes_de(ator))


def ve_chamado(ator: Ator, chamado: Chamado) -> bool:
    """Se o chamado é dos que a pessoa vê: o mesmo que ``chamados_visiveis`` diz, de um que já se leu."""
    return atende(ator, chamado) or participa(ator, chamado) or ve_internos(ator, chamado)


def ve_internos(ator: Ator, chamado: Chamado) -> bool:
    """Se o chamado está ou esteve com uma equipe da pessoa: é quem lê as notas internas dele."""
    if atende(ator, chamado):
        return True
    equipes = [lugar.equipe_id for lugar in equipes_de(ator)]
    return bool(equipes) and consultar_preparada(_PASSOU, [chamado.pk, equipes]) == [(True,)]


def coordena_alguma(ator: Ator) -> bool:
    """Se a pessoa coordena alguma equipe."""
    return any(lugar.coordena for lugar in equipes_de(ator))


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
    if not isinstance(ator, Pessoa) or not ator.is_active:
        return False
    return consultar_preparada(_SEGUE, [chamado.pk, ator.pk]) == [(True,)]


def passou_de_reabrir(chamado: Chamado, agora: datetime) -> bool:
    """Se o chamado está encerrado há mais tempo do que se pode reabrir: dali em diante, abre-se outro, ligado a ele."""
    return chamado.reabrivel_ate is not None and agora > chamado.reabrivel_ate


def pode_separar(chamado: Chamado, agora: datetime) -> bool:
    """Se o chamado está unido a outro há menos de sete dias."""
    unido = chamado.desfecho == Desfecho.UNIDO and chamado.encerrado_em is not None
    return unido and agora - (chamado.encerrado_em or agora) <= timedelta(days=DIAS_DE_SEPARAR)


def passos_possiveis(ator: Ator, chamado: Chamado, *, agora: datetime) -> frozenset[Passo]:
    """Os passos que a pessoa pode dar no chamado em ``agora``; da fila, falar é também assumir."""
    situacao = Situacao(chamado.situacao)
    pode: set[Passo] = set()
    if participa(ator, chamado):
        pode |= {p for p in DE_QUEM_ABRIU if cabe(p, situacao)}
        if not e_solicitante(ator, chamado):
            pode -= SO_DO_SOLICITANTE
        if passou_de_reabrir(chamado, agora) or chamado.desfecho == Desfecho.UNIDO:
            pode -= {Passo.REABRIR}
    if atende(ator, chamado):
        da_fila = QUE_ASSUMEM if situacao == Situacao.NA_FILA else frozenset()
        pode |= {p for p in DA_EQUIPE if cabe(p, situacao)} | da_fila
        pode -= {Passo.INFORMAR}  # vem do principal, e não de um botão
        if not pode_separar(chamado, agora):
            pode -= {Passo.SEPARAR}
    return frozenset(pode)
