"""As equipes e quem está nelas. Quem cuida delas é a equipe central."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from pen.atendimento.enums import Distribuicao
from pen.atendimento.errors import EquipeNaoEncontrada
from pen.atendimento.models import Equipe, Integrante
from pen.auditoria.public import registrar_ato
from pen.comum.errors import SemPermissao, conferir
from pen.identidade.public import Pessoa, e_da_equipe_central, pessoa_do_cpf


@transaction.atomic
def incluir_integrante(
    *, por: Pessoa | None, equipe_id: int, cpf: str, coordena: bool = False, agora: datetime | None = None
) -> Integrante:
    """Põe a pessoa do CPF na equipe; se já está, muda só se coordena. ``por=None`` é o comando da instalação.

    O CPF só se procura depois de conferido quem pede: dele nasce uma pessoa, se ela ainda não entrou.

    Levanta:
        SemPermissao: ``por`` não é da equipe central.
        EquipeNaoEncontrada: não existe, ou foi encerrada.
        PapelInvalido: o CPF não confere.
    """
    _conferir(por)
    equipe = Equipe.objects.filter(pk=equipe_id, encerrada_em=None).first()
    if equipe is None:
        raise EquipeNaoEncontrada("Nenhuma equipe com esse código.")
    pessoa = pessoa_do_cpf(cpf)
    try:
        with transaction.atomic():
            integrante = Integrante.objects.create(
                equipe=equipe, pessoa=pessoa, coordena=coordena, desde=agora or timezone.now()
            )  # fmt: skip
    except IntegrityError:
        integrante = Integrante.objects.select_for_update().get(equipe=equipe, pessoa=pessoa, ate=None)
        integrante.coordena = coordena
        integrante.save(update_fields=["coordena"])
    _registrar(por, "integrante.incluido", integrante)
    return integrante


@transaction.atomic
def encerrar_integrante(*, por: Pessoa | None, integrante_id: int, agora: datetime | None = None) -> None:
    """Tira a pessoa da equipe; os chamados que estão com ela continuam na equipe, à vista de todos.

    Levanta:
        SemPermissao: ``por`` não é da equipe central.
        EquipeNaoEncontrada: a pessoa já não está na equipe.
    """
    _conferir(por)
    integrante = Integrante.objects.select_for_update().filter(pk=integrante_id, ate=None).first()
    if integrante is None:
        raise EquipeNaoEncontrada("A pessoa já não está na equipe.")
    integrante.ate = agora or timezone.now()
    integrante.save(update_fields=["ate"])
    _registrar(por, "integrante.encerrado", integrante)


@transaction.atomic
def alterar_distribuicao(*, por: Pessoa, equipe_id: int, distribuicao: Distribuicao) -> Equipe:
    """Muda como os chamados que chegam à equipe acham atendente; os que já estão na fila não mudam.

    Levanta:
        SemPermissao: ``por`` não é da equipe central.
        EquipeNaoEncontrada: não existe, ou foi encerrada.
    """
    _conferir(por)
    equipe = Equipe.objects.select_for_update().filter(pk=equipe_id, encerrada_em=None).first()
    if equipe is None:
        raise EquipeNaoEncontrada("Nenhuma equipe com esse código.")
    equipe.distribuicao = distribuicao
    equipe.save(update_fields=["distribuicao"])
    registrar_ato(
        por=por, ato="equipe.distribuicao", objeto=f"equipe:{equipe.pk}", detalhes={"distribuicao": distribuicao.value}
    )
    return equipe


def alterar_recebimento(*, por: Pessoa, recebe: bool) -> None:
    """Entra na distribuição das suas equipes, ou sai dela enquanto está ausente; o que já tem continua com a pessoa."""
    Integrante.objects.filter(pessoa=por, ate=None).update(recebe=recebe)


def _conferir(por: Pessoa | None) -> None:
    conferir(por is None or e_da_equipe_central(por), SemPermissao("Só a equipe central cuida das equipes."))


def _registrar(por: Pessoa | None, ato: str, integrante: Integrante) -> None:
    detalhes = {"equipe": integrante.equipe_id, "coordena": integrante.coordena}
    registrar_ato(por=por, ato=ato, objeto=f"pessoa:{integrante.pessoa_id}", detalhes=detalhes)
