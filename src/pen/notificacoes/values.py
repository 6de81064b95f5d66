"""Valores das notificações: o que entra pela porta, o que o redator escreve, o que um canal leva e traz."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings

from pen.notificacoes.enums import Desfecho, Ritmo

ESPERA_MINIMA, ESPERA_MAXIMA = timedelta(minutes=1), timedelta(hours=6)
DESISTENCIA = timedelta(days=3)
ASSUNTO_MAXIMO = 200


def espera_da_tentativa(tentativas: int) -> timedelta:
    """Quanto esperar depois de tantas tentativas que não deram: o dobro a cada uma."""
    return min(ESPERA_MAXIMA, ESPERA_MINIMA * (1 << min(tentativas - 1, 10)))


def endereco_completo(caminho: str) -> str:
    """O caminho com o endereço público da instalação na frente; o que já é endereço passa como está."""
    return caminho if urlsplit(caminho).scheme in {"http", "https"} else f"{settings.ENDERECO}{caminho}"


@dataclass(frozen=True, slots=True)
class AvisoNovo:
    """Um aviso que alguém de cima pede. ``dados`` leva só identificadores, nunca dados pessoais."""

    pessoa_id: int
    tipo: str
    chave: str
    dados: Mapping[str, Any]
    urgente: bool = False
    ritmo: Ritmo = Ritmo.IMEDIATO


@dataclass(frozen=True, slots=True)
class AvisoARedigir:
    """O que o redator recebe para escrever."""

    id: UUID
    pessoa_id: int
    chave: str
    dados: dict[str, Any]
    criado_em: datetime


@dataclass(frozen=True, slots=True)
class Trecho:
    """O que se diz de um aviso. ``assunto`` não pode ter nome de pessoa: aparece na tela bloqueada do celular.

    ``resposta`` é o endereço de e-mail que recebe a resposta a este aviso; ``conversa`` (hexadecimal), o que junta no programa de
    correio os avisos da mesma coisa.
    """

    titulo: str
    linhas: Sequence[tuple[datetime | None, str]]
    endereco: str
    endereco_de_cancelamento: str = ""
    assunto: str = ""
    resposta: str = ""
    conversa: str = ""


class InscricaoVista(NamedTuple):
    """Um navegador que aceita push."""

    id: UUID
    endpoint: str
    p256dh: str
    auth: str


@dataclass(frozen=True, slots=True)
class Entrega:
    """Uma mensagem pronta para um canal; os endereços de página são caminhos."""

    id: UUID
    criada_em: datetime
    para: str
    trechos: Sequence[Trecho]
    cancelar: str = ""
    pausar: str = ""
    inscricoes: Sequence[InscricaoVista] = ()

    @property
    def assunto(self) -> str:
        """O assunto do único trecho, ou de todos quando é o mesmo; senão, quantos avisos são."""
        assuntos = {" ".join((t.assunto or t.titulo).split()) for t in self.trechos}
        return (assuntos.pop() if len(assuntos) == 1 else f"{len(self.trechos)} avisos")[:ASSUNTO_MAXIMO]


@dataclass(frozen=True, slots=True)
class Resultado:
    """O que um canal conta de uma tentativa. ``no_meio``: a conexão caiu depois de começar esta mensagem."""

    desfecho: Desfecho
    codigo: str = ""
    texto: str = ""
    endereco_recusado: bool = False
    no_meio: bool = False
    inscricoes_mortas: Sequence[UUID] = ()


@dataclass(frozen=True, slots=True)
class Devolucao:
    """O que se entendeu de uma devolução."""

    mensagem_id: UUID
    codigo: str
    texto: str
    permanente: bool


@dataclass(frozen=True, slots=True)
class Redacao:
    """O resultado dos redatores: o que dizer, o que não se pode mais dizer, e o que não se conseguiu escrever agora."""

    trechos: dict[UUID, Trecho] = field(default_factory=dict)
    cancelados: set[UUID] = field(default_factory=set)
    falhos: set[UUID] = field(default_factory=set)


def juntar_trechos(trechos: Sequence[Trecho]) -> list[Trecho]:
    """Um trecho por título e endereço, na ordem em que apareceram, com as linhas de todos e sem repetir linha."""
    juntos: dict[tuple[str, str], Trecho] = {}
    for trecho in trechos:
        chave = (trecho.titulo, trecho.endereco)
        anterior = juntos.get(chave)
        linhas = list(dict.fromkeys([*(anterior.linhas if anterior else ()), *trecho.linhas]))
        base = anterior or trecho
        juntos[chave] = replace(base, linhas=linhas)
    return list(juntos.values())
