"""O que se lê do fórum: só o que uma página pode mostrar. De quem escreve, o nome e a sigla, e mais nada."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from pen.participen.enums import EspecieDeTopico, SituacaoDaPublicacao


class Autor(NamedTuple):
    """Quem escreveu, como todos veem."""

    nome: str
    sigla: str
    da_equipe: bool


class EtiquetaVista(NamedTuple):
    """Uma etiqueta num tópico."""

    codigo: str
    nome: str


@dataclass(frozen=True, slots=True)
class TopicoNaLista:
    """Um tópico numa lista."""

    id: int
    titulo: str
    especie: EspecieDeTopico
    situacao: SituacaoDaPublicacao
    categoria: str
    codigo_da_categoria: str
    autor: Autor
    etiquetas: tuple[EtiquetaVista, ...]
    respostas: int
    resolvido: bool
    fixado: bool
    fechado: bool
    criado_em: datetime
    ultima_em: datetime


@dataclass(frozen=True, slots=True)
class PublicacaoLida:
    """Uma publicação como a pessoa que lê a vê, e o que pode fazer com ela."""

    id: UUID
    abre: bool
    autor: Autor
    texto: str
    situacao: SituacaoDaPublicacao
    em: datetime
    alterada_em: datetime | None
    ajudas: int
    minha: bool
    disse_que_ajudou: bool
    pode_alterar: bool
    pode_ajudar: bool
    pode_denunciar: bool
    solucao: bool


class PaginaDeTopicos(NamedTuple):
    """Uma página de tópicos, e o marcador da seguinte, vazio na última."""

    itens: list[TopicoNaLista]
    proxima: str


class PaginaDePublicacoes(NamedTuple):
    """Uma página de respostas, e o marcador da seguinte, vazio na última."""

    itens: list[PublicacaoLida]
    proxima: str
