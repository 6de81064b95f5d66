"""``python -m bench.grafico``: desenha em docs/imagens/custo.svg como o custo cresce com o registro, dos resultados guardados.

Cada curva é o tempo de uma coisa (ou o de mil, nas que se medem por segundo) dividido pelo do menor registro: 1 é «custa o mesmo».
"""

import json
import math
from html import escape
from pathlib import Path

from bench.tabela import numero

RESULTADOS = Path(__file__).parent / "resultados"
DESENHO = Path(__file__).parents[1] / "docs" / "imagens" / "custo.svg"
CURVAS = {
    "página do processo (HTML)": "página",
    "processo na API (JSON)": "JSON",
    "documentos novos": "receber um documento",
    "uma palavra, p95": "buscar uma palavra",
    "três palavras, p95": "buscar três palavras",
}
CORES = ("#1351b4", "#168821", "#e52207", "#5942d2", "#9c6500")
LARGURA, ALTURA, MARGEM = 720, 400, 60
MAXIMO = 4.0


def principal() -> None:
    """Lê o resultado mais novo de cada tamanho e escreve o desenho, com a tabela dos mesmos números."""
    por_tamanho = {}
    for arquivo in sorted(RESULTADOS.glob("*-escala-*.json")):
        figuras = json.loads(arquivo.read_text())
        por_tamanho[figuras["tamanho"]] = _custos(figuras)
    tamanhos = sorted(por_tamanho)
    curvas = {
        nome: [por_tamanho[t].get(o_que, math.nan) / por_tamanho[tamanhos[0]].get(o_que, math.nan) for t in tamanhos]
        for o_que, nome in CURVAS.items()
    }
    DESENHO.write_text(_desenhar(tamanhos, curvas))
    print("| | " + " | ".join(numero(t) for t in tamanhos) + " |\n|---|" + "---|" * len(tamanhos))
    for nome, valores in curvas.items():
        print(f"| {nome} | " + " | ".join("–" if math.isnan(v) else numero(v, 2) for v in valores) + " |")


def _custos(figuras: dict[str, object]) -> dict[str, float]:
    """O custo de cada curva: milissegundos, ou o inverso da taxa."""
    custos: dict[str, float] = {}
    for pergunta in figuras.values():
        for linha in pergunta.get("linhas", []) if isinstance(pergunta, dict) else []:
            custos.setdefault(linha["o_que"], 1_000 / linha["nosso"] if linha["maior"] else linha["nosso"])
    return custos


def _desenhar(tamanhos: list[int], curvas: dict[str, list[float]]) -> str:
    menor, maior = math.log10(tamanhos[0]), math.log10(tamanhos[-1])

    def x(tamanho: int) -> float:
        return MARGEM + (math.log10(tamanho) - menor) / max(1e-9, maior - menor) * (LARGURA - 4 * MARGEM)

    def y(valor: float) -> float:
        return ALTURA - MARGEM - min(valor, MAXIMO) / MAXIMO * (ALTURA - 2 * MARGEM)

    partes = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LARGURA} {ALTURA}" role="img"',
        'font-family="sans-serif" font-size="13">',
        "<title>Quantas vezes cada coisa custa mais num registro maior</title>",
        f'<rect width="{LARGURA}" height="{ALTURA}" fill="#fff"/>',
    ]
    for grade in range(5):
        partes.append(
            f'<line x1="{MARGEM}" x2="{LARGURA - 3 * MARGEM}" y1="{y(grade):.0f}" y2="{y(grade):.0f}" stroke="#ddd"/>'
        )
        partes.append(f'<text x="{MARGEM - 8}" y="{y(grade) + 4:.0f}" text-anchor="end">{grade} ×</text>')
    partes += [f'<text x="{x(t):.0f}" y="{ALTURA - MARGEM + 22}" text-anchor="middle">{numero(t)}</text>' for t in tamanhos]
    finais: list[float] = []
    for (nome, valores), cor in zip(curvas.items(), CORES, strict=True):
        pontos = [(x(t), y(v)) for t, v in zip(tamanhos, valores, strict=True) if not math.isnan(v)]
        if not pontos:
            continue
        traco = " ".join(f"{a:.0f},{b:.0f}" for a, b in pontos)
        partes.append(f'<polyline points="{traco}" fill="none" stroke="{cor}" stroke-width="2.5"/>')
        altura = pontos[-1][1] + 4
        while any(abs(altura - outra) < 16 for outra in finais):
            altura -= 16
        finais.append(altura)
        partes.append(f'<text x="{pontos[-1][0] + 8:.0f}" y="{altura:.0f}" fill="{cor}">{escape(nome)}</text>')
    return "\n".join([*partes, "</svg>"]) + "\n"


if __name__ == "__main__":
    principal()
