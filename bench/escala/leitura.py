"""Quantas consultas por número o serviço responde, ao lado do banco com as mesmas consultas e do Datasette?"""

from typing import Any
from urllib.parse import urlsplit

from bench.ambiente import Medicao, servidor
from bench.carga import Medida, Pedido, carregar
from bench.escala import datasette
from bench.escala.linha import Linha, escrever_linhas
from bench.escala.registro import amostra, garantir
from bench.pagina import CAMINHOS, PROCESSOS, comandos_e_consultas, gravar_amostra, pgbench
from bench.tabela import meio, meta, numero

SEGUNDOS, AQUECIMENTO = 4, 2
NUMEROS = 5_000
METAS = {"página do processo (HTML)": (2_000, 0.12), "processo na API (JSON)": (4_000, 0.25)}
META_P99_MS = 15.0
DO_PAR = {
    "página do processo (HTML)": "/pen/processo/{}",
    "processo na API (JSON)": "/pen/movimento.json?numero__exact={}&_shape=array&_nocount=1",
}


def medir(medicao: Medicao, *, tamanho: int, rodadas: int) -> dict[str, Any]:
    """Mede, imprime a tabela e devolve os números."""
    garantir(medicao, tamanho)
    numeros = amostra(medicao, NUMEROS)
    gravar_amostra(numeros)
    arquivo = datasette.montar(medicao)
    do_banco = {nome: comandos_e_consultas(caminho.format(numeros[0]))[1] for nome, caminho in CAMINHOS.items()}
    nosso: dict[str, list[Medida]] = {nome: [] for nome in CAMINHOS}
    banco: dict[str, list[Medida]] = {nome: [] for nome in CAMINHOS}
    par: dict[str, list[Medida]] = {nome: [] for nome in CAMINHOS}
    with servidor(medicao, processos=PROCESSOS) as base:
        porta = urlsplit(base).port or 0
        for caminho in CAMINHOS.values():
            carregar(porta, [Pedido(caminho.format(n)) for n in numeros], segundos=AQUECIMENTO)
        for _ in range(rodadas):
            for nome, caminho in CAMINHOS.items():
                nosso[nome].append(_carregar(porta, caminho, numeros))
                banco[nome].append(pgbench(medicao, do_banco[nome], numeros))
    with datasette.servido(medicao, arquivo) as porta:
        for nome, caminho in DO_PAR.items():
            carregar(porta, [Pedido(caminho.format(n)) for n in numeros], segundos=AQUECIMENTO)
            par[nome] = [_carregar(porta, caminho, numeros) for _ in range(rodadas)]
    linhas, notas = [], []
    for nome in CAMINHOS:
        taxa, p99 = meio([m.por_segundo for m in nosso[nome]]), meio([m.percentil(99) for m in nosso[nome]])
        do_limite, do_par = meio([m.por_segundo for m in banco[nome]]), meio([m.por_segundo for m in par[nome]])
        por_segundo, parte = METAS[nome]
        linhas += [
            Linha(nome, taxa, "/s", "pgbench, as mesmas consultas", do_limite, limite=True, meta=parte),
            Linha(nome, taxa, "/s", "Datasette", do_par),
            Linha(f"{nome}, p99", p99, "ms", "Datasette", meio([m.percentil(99) for m in par[nome]]), maior=False,
                  meta=META_P99_MS),
        ]  # fmt: skip
        notas += [
            meta(f"{nome}: {numero(por_segundo)} por segundo", taxa >= por_segundo),
            meta(f"{nome}: {numero(parte * 100)} % do pgbench, p99 de {META_P99_MS:.0f} ms",
                 taxa / do_limite >= parte and p99 < META_P99_MS),
        ]  # fmt: skip
    escrever_linhas(f"Consulta por número, {numero(tamanho)} processos, 8 conexões", linhas, notas)
    return {"linhas": [li.em_json() for li in linhas]}


def _carregar(porta: int, caminho: str, numeros: list[str]) -> Medida:
    medida = carregar(porta, [Pedido(caminho.format(n)) for n in numeros], segundos=SEGUNDOS)
    if medida.erros:
        raise SystemExit(f"{medida.erros} respostas de «{caminho}» não foram 200.")
    return medida
