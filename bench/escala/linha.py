"""Uma linha do resultado: o que se mediu, o nosso, o limite ou o par, e a razão entre os dois."""

from dataclasses import asdict, dataclass
from typing import Any

from bench.tabela import escrever_tabela, numero, por_cento


@dataclass(frozen=True)
class Linha:
    """``nosso`` e ``outro`` na mesma ``unidade``; ``maior`` diz se mais é melhor (taxas) ou pior (tempos).

    ``meta`` é a razão mínima (nosso/outro, em taxas) ou o valor que não se pode passar (em tempos); ``None`` se não há.
    """

    o_que: str
    nosso: float
    unidade: str
    quem: str
    outro: float
    maior: bool = True
    meta: float | None = None
    limite: bool = False  # «outro» é o teto que o banco permite, e não um par

    @property
    def razao(self) -> float:
        """Quanto o nosso vale do outro: acima de 1, o nosso é melhor."""
        melhor, pior = (self.nosso, self.outro) if self.maior else (self.outro, self.nosso)
        return melhor / pior if pior else 0.0

    def em_json(self) -> dict[str, Any]:
        """O que se guarda em bench/resultados/."""
        return asdict(self) | {"razao": round(self.razao, 3), "nosso": round(self.nosso, 2), "outro": round(self.outro, 2)}


def escrever_linhas(titulo: str, linhas: list[Linha], notas: list[str]) -> None:
    """A tabela de uma pergunta."""
    corpo = [
        [li.o_que, f"{_valor(li.nosso)} {li.unidade}", f"{_valor(li.outro)} {li.unidade}", li.quem, _razao(li)]
        for li in linhas
    ]
    escrever_tabela(titulo, ["o quê", "nosso", "ao lado", "de quem", "razão"], corpo, notas)


def _valor(valor: float) -> str:
    return numero(valor, 0 if valor >= 100 else 1)


def _razao(linha: Linha) -> str:
    return por_cento(linha.razao) if linha.limite else f"{numero(linha.razao, 1)} ×"
