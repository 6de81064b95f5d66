"""Um chamado de outro sistema, com as palavras daqui, antes de se saber o que ele vira."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO
from zoneinfo import ZoneInfo

from pen.comum.tempo import BRASILIA


@dataclass(frozen=True, slots=True)
class Modo:
    """Como se lê uma exportação: o fuso das datas que não o dizem, o campo da categoria, as colunas e a pasta dos anexos."""

    fuso: ZoneInfo = BRASILIA
    categoria: str = ""  # o campo do JSON de onde vem; vazio, o de costume
    colunas: Mapping[str, str] = field(default_factory=dict)  # campo nosso → cabeçalho da planilha
    anexos: Path | None = None


@dataclass(frozen=True, slots=True)
class AnexoExportado:
    """Um arquivo citado; sem ``abrir``, o conteúdo não veio."""

    nome: str
    abrir: Callable[[], BinaryIO] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class MensagemExportada:
    """O que alguém disse. ``autor`` é um e-mail em minúsculas, ou vazio; a do sistema não conta como resposta da equipe."""

    codigo: str
    em: datetime
    texto: str = field(repr=False)
    autor: str = field(default="", repr=False)
    da_equipe: bool = False
    interna: bool = False
    do_sistema: bool = False
    anexos: Sequence[AnexoExportado] = ()


@dataclass(frozen=True, slots=True)
class ChamadoExportado:
    """Um chamado como o outro sistema o descreve; as datas têm fuso, e as mensagens vêm em ordem."""

    onde: str
    codigo: str
    numero: str
    assunto: str
    descricao: str = field(repr=False)
    situacao: str
    categoria: str
    entidade: str
    grupo: str
    solicitante: str = field(repr=False)
    atendente: str = field(repr=False)
    aberto_em: datetime
    encerrado_em: datetime | None = None
    alterado_em: datetime | None = None
    anexos: Sequence[AnexoExportado] = ()
    mensagens: Sequence[MensagemExportada] = ()
    tamanho: int = 0  # bytes que ocupava na exportação
    datas_acertadas: int = 0  # mensagens que diziam ser de antes da abertura


@dataclass(frozen=True, slots=True)
class Recusado:
    """O que não se pôde ler: onde estava, e por quê."""

    onde: str
    razao: str


class Ilegivel(Exception):
    """Um item não serve; a frase diz por quê. Não sai deste pacote: vira ``Recusado``."""
