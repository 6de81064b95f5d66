"""``python -m bench.conferir NOVO GUARDADO``: falha se alguma razão caiu mais de um quarto.

Comparam-se razões (o nosso sobre o limite ou o par da mesma execução), e não tempos: a máquina é outra, ou está ocupada.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.tabela import escrever_tabela, numero, por_cento

TOLERANCIA = 0.25


def principal(novo: Path, guardado: Path) -> int:
    """Imprime cada razão, a de antes e a de agora; devolve quantas pioraram além da tolerância."""
    antes, agora = (dict(_razoes(json.loads(arquivo.read_text()))) for arquivo in (guardado, novo))
    linhas, pioraram = [], 0
    for chave in antes:
        if chave not in agora:
            continue
        piorou = agora[chave] < antes[chave] * (1 - TOLERANCIA)
        pioraram += piorou
        linhas.append([chave, numero(antes[chave], 3), numero(agora[chave], 3), por_cento(agora[chave] / antes[chave]),
                       "PIOROU" if piorou else ""])  # fmt: skip
    escrever_tabela(f"Razões: {guardado.name} e agora", ["o quê", "antes", "agora", "agora/antes", ""], linhas)
    print(f"  {pioraram} pioraram mais de {por_cento(TOLERANCIA)}, de {len(linhas)}.")
    return pioraram


def guardado_de(tamanho: int, pasta: Path) -> Path:
    """O resultado mais novo, dos guardados, que mediu a escala com esse tamanho."""
    for arquivo in sorted(pasta.glob("*-escala-*.json"), reverse=True):
        if json.loads(arquivo.read_text())["tamanho"] == tamanho:
            return arquivo
    raise SystemExit(f"Não há resultado guardado da escala com {tamanho} processos.")


def _razoes(figuras: dict[str, Any]) -> Iterator[tuple[str, float]]:
    for pergunta in figuras.values():
        if isinstance(pergunta, dict):
            for linha in pergunta.get("linhas", []):
                yield f"{linha['o_que']} / {linha['quem']}", float(linha["razao"])


if __name__ == "__main__":
    novo = Path(sys.argv[1])
    tamanho = json.loads(novo.read_text())["tamanho"]
    sys.exit(bool(principal(novo, guardado_de(tamanho, Path(__file__).parent / "resultados"))))
