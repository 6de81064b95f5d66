"""Valores da identidade."""

import uuid
from dataclasses import dataclass
from typing import NamedTuple

from pen.identidade.enums import Ambiente, Finalidade, Nivel


def nome_visivel(nome: str, *, ativa: bool) -> str:
    """O nome de uma pessoa, ou por que não há um."""
    return nome or ("Ainda não entrou" if ativa else "Conta excluída")


@dataclass(frozen=True, slots=True)
class SistemaAutenticado:
    """O sistema de um órgão que provou quem é: o ator das remessas e da numeração, conforme a finalidade da credencial."""

    credencial_id: uuid.UUID
    orgao_id: int
    orgao_codigo: str
    orgao_sigla: str
    ambiente: Ambiente
    finalidade: Finalidade = Finalidade.ENVIO


class Recado(NamedTuple):
    """O que um contexto de cima diz à pessoa em «Minha conta», e aonde ir tratar disso."""

    texto: str
    endereco: str
    o_que_fazer: str


@dataclass(frozen=True, slots=True)
class Carga:
    """O resultado de uma carga de órgãos: quantos entraram agora e quantos já estavam."""

    novos: int
    existentes: int


@dataclass(frozen=True, slots=True)
class AfirmacoesDoGovbr:
    """O que o gov.br afirmou de quem entrou, já conferido (assinatura, emissor, público, nonce e validade)."""

    cpf: str
    nome: str
    email: str
    email_confirmado: bool
    nivel: Nivel
    amr: tuple[str, ...] = ()
    selos: tuple[str, ...] = ()
