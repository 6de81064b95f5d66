"""O que o pacote traz: prefixos vistos em números reais, faixas de 2003 e instituições do NIPE. Não é o cadastro."""

import csv
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from io import StringIO

ORGAOS_MOSTRADOS = 3
_CONTAGEM = re.compile(r"\s*\(\d+\)$")


@cache
def orgaos_por_prefixo() -> Mapping[str, tuple[str, ...]]:
    """Os órgãos vistos em cada prefixo, no máximo três, do mais ao menos visto."""
    return {
        linha["up"]: tuple(
            _CONTAGEM.sub("", nome) for nome in linha["orgaos_destinatarios_no_esic"].split("; ")[:ORGAOS_MOSTRADOS] if nome
        )
        for linha in _ler_csv("ups_observadas.csv")
    }


def unidades_observadas() -> list[str]:
    """Os prefixos vistos em números que conferem; 00000 não é código de unidade."""
    return [codigo for codigo in orgaos_por_prefixo() if codigo != "00000"]


def faixa_de_2003(codigo: str) -> str | None:
    """O ministério dono da faixa na Portaria SLTI 3/2003."""
    return next((orgao for inicial, final, orgao in _faixas() if inicial <= codigo <= final), None)


@cache
def _faixas() -> tuple[tuple[str, str, str], ...]:
    linhas = _ler_csv("faixas_portaria_slti_3_2003.csv")
    return tuple((linha["up_inicial"], linha["up_final"], linha["orgao_em_2003"]) for linha in linhas)


@cache
def instituicoes_do_nipe() -> Mapping[str, str]:
    """A instituição (origem e três algarismos) de cada município, por código IBGE; a relação é congelada."""
    return {linha["codigo_ibge"]: linha["instituicao"] for linha in _ler_csv("instituicoes_nipe.csv")}


def _ler_csv(nome: str) -> Iterator[dict[str, str]]:
    texto = (files("pen.nup") / "dados" / nome).read_text(encoding="utf-8")
    yield from csv.DictReader(StringIO(texto))
