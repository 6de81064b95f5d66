"""Quem pode o quê num chamado. Atender, como os papéis, só vale numa entrada forte."""

from datetime import datetime, timedelta
from typing import NamedTuple

from pen.atendimento.enums import Desfecho, Distribuicao, Passo, Situacao
from pen.atendimento.models import Chamado, Integrante, Passagem, Seguidor
from pen.atendimento.values.passos import DA_EQUIPE, DE_QUEM_ABRIU, QUE_ASSUMEM, cabe
from pen.comum.preparadas import lendo_preparado
from pen.identidade.public import Ator, Pessoa

DIAS_DE_SEPARAR = 7
SO_DO_SOLICITANTE = frozenset({Passo.CONFIRMAR, Passo.CANCELAR})


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
        vigentes = Integrante.objects.filter(pessoa=ator, ate=None, equipe__encerrada_em=None)
        lidas = vigentes.values_list("equipe_id", "coordena", "recebe", "equipe__distribuicao")
        with lendo_preparado():
            guardadas = ator.__dict__["_equipes"] = frozenset(
                Lugar(equipe_id, coordena, recebe if distribuicao != Distribuicao.MANUAL else None)
                for equipe_id, coordena, recebe, distribuicao in lidas
            )
    return guardadas


def e_atendente(ator: Ator) -> bool:
    """Se a pessoa atende em alguma equipe."""
    return bool(equipes_de(ator))


def ve_chamado(ator: Ator, chamado: Chamado) -> bool:
    """Se o chamado é dos que a pessoa vê: o mesmo que ``chamados_visiveis`` diz, de um que já se leu."""
    if atende(ator, chamado) or participa(ator, chamado):
        return True
    equipes = [lugar.equipe_id for lugar in equipes_de(ator)]
    return bool(equipes) and Passagem.objects.filter(chamado=chamado, equipe__in=equipes).exists()


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
    with lendo_preparado():
        return Seguidor.objects.filter(chamado=chamado, pessoa=ator).exists()


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
