"""De onde o número parece ter vindo. É sugestão: o prefixo diz onde ele nasceu, não quem tem o processo."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import StringIO

from pen.nup.enums import Forma
from pen.nup.values import UFS_IBGE, Numero

ORGAOS_MOSTRADOS = 3
_RESSALVA = "O começo do número diz onde ele nasceu, não com quem o processo está."
_CONTAGEM = re.compile(r"\s*\(\d+\)$")


@dataclass(frozen=True, slots=True)
class Origem:
    """O que se sabe do começo de um número.

    ``up``: os cinco algarismos da unidade, ou os oito do NIPE. ``orgaos``: nomes vistos em números com o mesmo
    começo, no máximo três, do mais ao menos visto. ``faixa``: o ministério dono da faixa na relação de 2003.
    ``uf``: o nome do estado, só no NIPE.
    """

    up: str
    orgaos: tuple[str, ...] = ()
    faixa: str | None = None
    uf: str | None = None

    @property
    def frase(self) -> str:
        """O que dizer a quem consulta, sempre com a ressalva de que é só a origem."""
        if self.uf:
            return f"Número de estado ou município desta unidade da federação: {self.uf}. {_RESSALVA}"
        partes = []
        if self.orgaos:
            partes.append(f"Números começados por {self.up} já apareceram em pedidos feitos a: {'; '.join(self.orgaos)}.")
        if self.faixa:
            partes.append(f"Em 2003, {self.up} ficava na faixa de: {self.faixa}.")
        return " ".join([*partes, _RESSALVA])


def sugerir_origem(numero: Numero) -> Origem | None:
    """A origem provável do número; ``None`` quando a forma não tem unidade ou nada se sabe dela."""
    if numero.forma is Forma.NIPE:
        uf = UFS_IBGE.get(numero.normalizado[:2])
        return Origem(up=numero.normalizado[:8], uf=uf) if uf else None
    up = numero.up
    if up is None:
        return None
    orgaos, faixa = _orgaos_por_up().get(up, ()), _faixa_de_2003(up)
    return Origem(up=up, orgaos=orgaos, faixa=faixa) if orgaos or faixa else None


@cache
def _orgaos_por_up() -> dict[str, tuple[str, ...]]:
    """Os órgãos vistos em cada prefixo, sem a contagem que os segue no arquivo."""
    return {
        linha["up"]: tuple(
            _CONTAGEM.sub("", nome) for nome in linha["orgaos_destinatarios_no_esic"].split("; ")[:ORGAOS_MOSTRADOS] if nome
        )
        for linha in _ler_csv("ups_observadas.csv")
    }


def _faixa_de_2003(up: str) -> str | None:
    return next((orgao for inicial, final, orgao in _faixas() if inicial <= up <= final), None)


@cache
def _faixas() -> tuple[tuple[str, str, str], ...]:
    linhas = _ler_csv("faixas_portaria_slti_3_2003.csv")
    return tuple((linha["up_inicial"], linha["up_final"], linha["orgao_em_2003"]) for linha in linhas)


def _ler_csv(nome: str) -> Iterator[dict[str, str]]:
    texto = (files("pen.nup") / "dados" / nome).read_text(encoding="utf-8")
    yield from csv.DictReader(StringIO(texto))
