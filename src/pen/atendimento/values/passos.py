"""A vida de um chamado: que passo cabe em que situação, e aonde leva. É a tabela de docs/dominio/atendimento.md."""

from collections.abc import Mapping
from dataclasses import dataclass

from pen.atendimento.enums import Passo, Situacao

ABERTAS = frozenset(Situacao) - {Situacao.ENCERRADO}
COM_A_EQUIPE = frozenset({Situacao.NA_FILA, Situacao.EM_ATENDIMENTO})
ESPERAS = frozenset({Situacao.AGUARDANDO_USUARIO, Situacao.AGUARDANDO_TERCEIRO})
ASSUMIDAS = ABERTAS - {Situacao.NA_FILA}
DE_QUEM_ABRIU = frozenset({Passo.COMPLETAR, Passo.CONFIRMAR, Passo.CANCELAR, Passo.REABRIR})
DO_SISTEMA = frozenset({Passo.ABRIR, Passo.LEMBRAR, Passo.SILENCIAR, Passo.ORIENTAR, Passo.IMPORTAR})
QUE_ASSUMEM = frozenset({Passo.RESPONDER, Passo.PEDIR_INFORMACAO, Passo.PEDIR_VALIDACAO})  # falar na fila é assumir e falar
DA_EQUIPE = frozenset(Passo) - DE_QUEM_ABRIU - DO_SISTEMA

QUIETOS = (Passo.ANOTAR, Passo.ORIENTAR, Passo.LEMBRAR)  # dados pelo sistema, não são movimento


@dataclass(frozen=True, slots=True)
class Regra:
    """De onde o passo parte e aonde leva; ``para=None`` deixa o chamado onde está."""

    de: frozenset[Situacao]
    para: Situacao | None


PASSOS: Mapping[Passo, Regra] = {
    Passo.ABRIR: Regra(frozenset(), Situacao.NA_FILA),
    Passo.ASSUMIR: Regra(frozenset({Situacao.NA_FILA}), Situacao.EM_ATENDIMENTO),
    Passo.ATRIBUIR: Regra(ABERTAS, None),  # da fila, passa a em atendimento
    Passo.RESPONDER: Regra(ASSUMIDAS, None),  # não para nem recomeça a contagem do silêncio
    Passo.ANOTAR: Regra(frozenset(Situacao), None),
    Passo.PEDIR_INFORMACAO: Regra(
        frozenset({Situacao.EM_ATENDIMENTO, Situacao.AGUARDANDO_TERCEIRO}), Situacao.AGUARDANDO_USUARIO
    ),
    Passo.PEDIR_VALIDACAO: Regra(
        frozenset({Situacao.EM_ATENDIMENTO, Situacao.AGUARDANDO_TERCEIRO}), Situacao.AGUARDANDO_USUARIO
    ),
    Passo.AGUARDAR_TERCEIRO: Regra(frozenset({Situacao.EM_ATENDIMENTO}), Situacao.AGUARDANDO_TERCEIRO),
    Passo.RETOMAR: Regra(ESPERAS, Situacao.EM_ATENDIMENTO),
    Passo.ENCAMINHAR: Regra(ABERTAS, Situacao.NA_FILA),
    Passo.COMPLETAR: Regra(ABERTAS, None),  # quem esperava por isto volta a atender
    Passo.ENCERRAR: Regra(ABERTAS, Situacao.ENCERRADO),
    Passo.CONFIRMAR: Regra(ASSUMIDAS, Situacao.ENCERRADO),
    Passo.CANCELAR: Regra(ABERTAS, Situacao.ENCERRADO),
    Passo.LEMBRAR: Regra(frozenset({Situacao.AGUARDANDO_USUARIO}), None),
    Passo.SILENCIAR: Regra(frozenset({Situacao.AGUARDANDO_USUARIO}), Situacao.ENCERRADO),
    Passo.DUPLICAR: Regra(ABERTAS, Situacao.ENCERRADO),
    Passo.INFORMAR: Regra(frozenset({Situacao.ENCERRADO}), None),
    Passo.UNIR: Regra(ABERTAS, Situacao.ENCERRADO),
    Passo.SEPARAR: Regra(frozenset({Situacao.ENCERRADO}), Situacao.NA_FILA),  # com atendente, volta a ele
    Passo.DIVIDIR: Regra(ABERTAS, None),
    Passo.ORIENTAR: Regra(ABERTAS, None),  # de um gatilho: não é resposta da equipe, e não muda prazos
    Passo.REABRIR: Regra(frozenset({Situacao.ENCERRADO}), Situacao.NA_FILA),
    Passo.IMPORTAR: Regra(frozenset(), None),  # o chamado nasce na situação que o mapa diz
}


def cabe(passo: Passo, situacao: Situacao) -> bool:
    """Se o passo pode ser dado na situação."""
    return situacao in PASSOS[passo].de


def situacao_depois(passo: Passo, situacao: Situacao, *, tem_atendente: bool) -> Situacao:
    """Aonde o passo leva o chamado; só para passos que cabem."""
    if passo == Passo.ATRIBUIR and situacao == Situacao.NA_FILA:
        return Situacao.EM_ATENDIMENTO
    if passo == Passo.SEPARAR and tem_atendente:
        return Situacao.EM_ATENDIMENTO
    if passo == Passo.COMPLETAR and situacao == Situacao.AGUARDANDO_USUARIO:
        return Situacao.EM_ATENDIMENTO if tem_atendente else Situacao.NA_FILA
    return PASSOS[passo].para or situacao
