"""Que equipe recebe um chamado, e quem atende nela."""

from collections import defaultdict
from typing import Any

from django.db.models import Q, QuerySet

from pen.atendimento.enums import Nivel
from pen.atendimento.errors import EquipeNaoEncontrada, SemEquipe
from pen.atendimento.models import Chamado, Equipe, Integrante
from pen.comum.errors import conferir
from pen.comum.orm_preparado import LeituraPronta, Vaga
from pen.identidade.public import Ator, e_da_equipe_central


def equipes_do_produto(produto_id: Any) -> QuerySet[Equipe]:
    """As equipes que recebem o produto: as dele, e as de todos; as dele primeiro."""
    equipes = Equipe.objects.filter(Q(produtos=produto_id) | Q(produtos=None), encerrada_em=None)
    return equipes.order_by("produtos", "pk").distinct()


_DA_TRIAGEM = LeituraPronta(lambda: equipes_do_produto(Vaga()).filter(nivel=Nivel.TRIAGEM)[:1])


def equipe_da_triagem(produto_id: int) -> Equipe:
    """A equipe de nível 2 do produto ou, sem uma própria, a de todos.

    Levanta:
        SemEquipe: nenhuma equipe de triagem o recebe.
    """
    equipe = _DA_TRIAGEM.um(produto_id)
    if equipe is None:
        raise SemEquipe("A Central ainda não tem equipe de triagem para este produto. Tente mais tarde.")
    return equipe


def destinos_do_chamado(chamado: Chamado) -> list[Equipe]:
    """As equipes a que o chamado pode ser encaminhado."""
    return list(equipes_do_produto(chamado.produto_id).exclude(pk=chamado.equipe_id))


def e_integrante(pessoa_id: int, equipe_id: int) -> bool:
    """Se a pessoa está na equipe agora."""
    return Integrante.objects.filter(pessoa=pessoa_id, equipe=equipe_id, ate=None).exists()


def integrantes_da_equipe(equipe_id: int) -> QuerySet[Integrante]:
    """Quem está na equipe agora; a coordenação primeiro."""
    return _vigentes().filter(equipe=equipe_id, pessoa__is_active=True)


def equipes_em_atividade() -> list[Equipe]:
    """As que não se encerraram, na ordem do cadastro."""
    return list(Equipe.objects.filter(encerrada_em=None))


def equipes_e_integrantes(*, para: Ator) -> list[tuple[Equipe, list[Integrante]]]:
    """As equipes em atividade, cada uma com quem está nela; para a equipe central.

    Levanta:
        EquipeNaoEncontrada: para os outros, como se não existisse.
    """
    conferir(e_da_equipe_central(para), EquipeNaoEncontrada("Não existe nada neste endereço."))
    equipes = list(Equipe.objects.filter(encerrada_em=None).prefetch_related("produtos"))
    quem: dict[int, list[Integrante]] = defaultdict(list)
    for integrante in _vigentes().filter(equipe__in=equipes):
        quem[integrante.equipe_id].append(integrante)
    return [(equipe, quem[equipe.pk]) for equipe in equipes]


def _vigentes() -> QuerySet[Integrante]:
    """Quem está em alguma equipe, a coordenação primeiro."""
    return Integrante.objects.filter(ate=None).select_related("pessoa").order_by("-coordena", "pessoa__nome", "pk")
