"""O mapa que quem importa escreve: o que cada palavra do outro sistema vira aqui. Em TOML; ``*`` é o resto."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pen.atendimento.enums import Desfecho, Situacao
from pen.atendimento.errors import MapaInvalido
from pen.atendimento.values.exportacao.planilha import DO_GLPI
from pen.comum.errors import conferir
from pen.comum.tempo import BRASILIA
from pen.comum.texto import sem_acentos

RESTO, VAZIO = "*", "(vazio)"
TABELAS = ("produtos", "orgaos", "situacoes", "equipes")
_NOME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_SEM_PAR = frozenset({Desfecho.UNIDO})  # só existe com o outro chamado


class Destino(NamedTuple):
    """Em que situação um chamado fica aqui; o desfecho, só no encerrado."""

    situacao: Situacao
    desfecho: str


@dataclass(frozen=True, slots=True)
class Tabela:
    """As linhas de uma parte do mapa: não importam acentos, maiúsculas nem espaços repetidos."""

    linhas: Mapping[str, str]

    def achar(self, valor: str) -> str | None:
        """O que o valor vira, pela linha dele ou pela do resto; nulo, se nenhuma serve."""
        return self.linhas.get(_chave(valor or VAZIO), self.linhas.get(RESTO))


@dataclass(frozen=True, slots=True)
class Mapa:
    """O mapa inteiro. ``origem`` é o nome desta base: importa-se de duas instalações do mesmo sistema com dois nomes."""

    origem: str
    fuso: ZoneInfo
    categoria: str
    colunas: Mapping[str, str]
    produtos: Tabela  # categoria → produto/tipo
    orgaos: Tabela  # entidade → código do órgão
    situacoes: Mapping[str, Destino]
    equipes: Tabela  # grupo → código da equipe

    def situacao_de(self, valor: str) -> Destino | None:
        """Como fica aqui a situação de lá."""
        return self.situacoes.get(_chave(valor or VAZIO), self.situacoes.get(RESTO))


def ler_mapa(texto: str, *, sistema: str) -> Mapa:
    """O mapa escrito em TOML; o que ele não diz é o de costume.

    Levanta:
        MapaInvalido: não é TOML, ou tem algo que não se conhece; a frase diz o quê.
    """
    try:
        lido = tomllib.loads(texto)
    except tomllib.TOMLDecodeError as erro:
        raise MapaInvalido(f"O mapa não é TOML bem formado: {erro}.") from None
    sobra = set(lido) - {"geral", "colunas", *TABELAS}
    conferir(not sobra, MapaInvalido(f"O mapa não tem a parte «{min(sobra, default='')}»."))
    geral = _tabela(lido, "geral")
    sobra = set(geral) - {"origem", "fuso", "categoria"}
    conferir(not sobra, MapaInvalido(f"[geral] não tem «{min(sobra, default='')}»."))
    origem = geral.get("origem", sistema)
    conferir(
        len(origem) <= 40 and _NOME.fullmatch(origem) is not None, MapaInvalido("«origem» tem letras minúsculas e hifens.")
    )
    colunas = _tabela(lido, "colunas")
    sobra = set(colunas) - set(DO_GLPI)
    conferir(not sobra, MapaInvalido(f"[colunas] não tem «{min(sobra, default='')}»; pode ter: {', '.join(DO_GLPI)}."))
    produtos = _linhas(lido, "produtos")
    for valor, destino in produtos.items():
        conferir(destino.count("/") == 1, MapaInvalido(f"[produtos] «{valor}»: escreva «produto/tipo», e não «{destino}»."))
    return Mapa(
        origem=origem, fuso=_fuso(geral.get("fuso")), categoria=geral.get("categoria", ""), colunas=colunas,
        produtos=Tabela(produtos), orgaos=Tabela(_linhas(lido, "orgaos")), equipes=Tabela(_linhas(lido, "equipes")),
        situacoes={valor: _destino(valor, texto) for valor, texto in _linhas(lido, "situacoes").items()},
    )  # fmt: skip


def _destino(valor: str, texto: str) -> Destino:
    """``na_fila`` ou ``encerrado/resolvido``."""
    situacao, _, desfecho = texto.partition("/")
    serve = situacao in Situacao.values and (situacao == Situacao.ENCERRADO) == bool(desfecho)
    serve = serve and (not desfecho or desfecho in Desfecho.values) and desfecho not in _SEM_PAR
    abertas = ", ".join(s.value for s in Situacao if s != Situacao.ENCERRADO)
    fechadas = ", ".join(f"encerrado/{d.value}" for d in Desfecho if d not in _SEM_PAR)
    conferir(serve, MapaInvalido(f"[situacoes] «{valor}»: «{texto}» não serve; pode ser {abertas}, {fechadas}."))
    return Destino(Situacao(situacao), desfecho)


def _linhas(lido: Mapping[str, Any], parte: str) -> dict[str, str]:
    """As linhas da parte, com a chave normalizada; duas que dão a mesma precisam dizer o mesmo."""
    linhas: dict[str, str] = {}
    for valor, destino in _tabela(lido, parte).items():
        chave, limpo = _chave(valor), destino.strip()
        conferir(linhas.get(chave, limpo) == limpo, MapaInvalido(f"[{parte}] diz duas coisas de «{valor}»."))
        if limpo:  # uma linha por preencher é como se não estivesse
            linhas[chave] = limpo
    return linhas


def _tabela(lido: Mapping[str, Any], parte: str) -> dict[str, str]:
    tabela = lido.get(parte, {})
    simples = isinstance(tabela, dict) and all(isinstance(v, str) for v in tabela.values())
    conferir(simples, MapaInvalido(f'[{parte}] só tem linhas da forma "palavra" = "destino".'))
    return dict(tabela)


def _fuso(nome: str | None) -> ZoneInfo:
    try:
        return ZoneInfo(nome) if nome else BRASILIA
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise MapaInvalido(f"Não há o fuso «{nome}»; por exemplo: America/Manaus.") from None


def _chave(valor: str) -> str:
    return " ".join(sem_acentos(valor).split())
