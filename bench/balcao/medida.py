"""Monta os três, mede um de cada vez e compara."""

import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from bench.ambiente import RAIZ, Medicao
from bench.balcao import helpdesk, nosso, rt
from bench.balcao.alvo import ABERTURA, COMUM, LINHAS, LISTA, RARA, VINTE, Alvo
from bench.balcao.corpus import esvaziar, extrair, tamanho_do, url_do
from bench.carga import Medida, carregar
from bench.medidas import CpuAlheia, cpu_da_arvore, pid_do_banco
from bench.tabela import escrever_tabela, meta, numero

SEGUNDOS, AQUECIMENTO = 8, 3
LARGURA = 2  # processos que pedem, com duas conexões cada um
METAS_MS = {LISTA: 15.0, VINTE: 15.0, ABERTURA: 12.0, RARA: 12.0, COMUM: 25.0}  # de CPU por pedido
_ambientes: list["tempfile.TemporaryDirectory[str]"] = []


def exigir() -> None:
    """Sai na hora, com o comando que instala, se falta um dos pares."""
    rt.exigir()
    (RAIZ / ".pen").mkdir(exist_ok=True)
    _ambientes.append(tempfile.TemporaryDirectory(prefix="bench-helpdesk-", dir=RAIZ / ".pen"))
    helpdesk.exigir(Path(_ambientes[0].name))


def medir(medicao: Medicao, *, tamanho: int, rodadas: int) -> dict[str, Any]:
    """Mede, imprime as tabelas e devolve os números."""
    ambiente_virtual = Path(_ambientes[0].name)
    nosso.montar(tamanho)
    amostra = extrair(medicao)
    rt.montar(medicao)
    sessao = helpdesk.montar(medicao, ambiente_virtual)
    esvaziar(medicao.url)
    servidores: dict[str, Callable[[], AbstractContextManager[Alvo]]] = {
        nosso.NOME: lambda: nosso.ligado(medicao, amostra),
        rt.NOME: lambda: rt.ligado(medicao, amostra),
        helpdesk.NOME: lambda: helpdesk.ligado(medicao, ambiente_virtual, sessao, amostra),
    }
    bancos = {nosso.NOME: medicao.url, rt.NOME: url_do(medicao, rt.BANCO), helpdesk.NOME: url_do(medicao, helpdesk.BANCO)}
    figuras: dict[str, Any] = {}
    for nome, ligar in servidores.items():
        ocupa = tamanho_do(bancos[nome])
        with ligar() as alvo:
            figuras[nome] = {linha: _medir_linha(medicao, alvo, f"{nome}, {linha}", linha, rodadas) for linha in LINHAS}
            figuras[nome]["banco_mb"] = round(ocupa / 2**20)
    pares = (rt.NOME, helpdesk.NOME)
    cpu = {linha: {nome: figuras[nome][linha]["cpu_ms"] for nome in figuras} for linha in LINHAS}
    razoes = {linha: {par: round(de[par] / de[nosso.NOME], 1) for par in pares} for linha, de in cpu.items()}
    _escrever(tamanho, rodadas, figuras, razoes)
    return {"servidores": figuras, "razoes_de_cpu": razoes}


def _medir_linha(medicao: Medicao, alvo: Alvo, titulo: str, linha: str, rodadas: int) -> dict[str, float]:
    """Aquece, mede ``rodadas`` vezes e fica com a vez em que outros programas tomaram menos CPU."""
    pids = (alvo.pid, pid_do_banco(medicao.pasta))
    antes, feitos = alvo.quantos(), len(_carregar(alvo, linha, AQUECIMENTO, titulo).latencias)
    vezes: list[tuple[float, float, Medida]] = []
    for _ in range(rodadas):
        alheia, cpu = CpuAlheia(medicao.pasta), sum(map(cpu_da_arvore, pids))
        medida = _carregar(alvo, linha, SEGUNDOS, titulo)
        gasto = sum(map(cpu_da_arvore, pids)) - cpu
        vezes.append((alheia.parte(), gasto * 1000 / len(medida.latencias), medida))
        feitos += len(medida.latencias)
    if linha == ABERTURA and (abertos := alvo.quantos() - antes) != feitos:
        raise SystemExit(f"«{titulo}»: {feitos} pedidos abriram {abertos} chamados.")
    outros, cpu_ms, medida = min(vezes, key=lambda vez: vez[0])
    print(f"  {titulo}: {numero(cpu_ms, 1)} ms de CPU ({numero(len(medida.latencias))} pedidos).", flush=True)
    return {
        "por_segundo": round(medida.por_segundo, 1), "mediana_ms": round(medida.percentil(50), 1),
        "p95_ms": round(medida.percentil(95), 1), "cpu_ms": round(cpu_ms, 2), "bytes": round(medida.bytes),
        "pedidos": len(medida.latencias), "cpu_de_outros": round(outros, 3),
    }  # fmt: skip


def _carregar(alvo: Alvo, linha: str, segundos: float, titulo: str) -> Medida:
    medida = carregar(alvo.porta, alvo.pedidos[linha], segundos=segundos, processos=LARGURA, conexoes=2)
    if medida.erros:
        raise SystemExit(f"«{titulo}»: {medida.erros} respostas não são as esperadas. A primeira:\n{medida.recusada}")
    return medida


def _escrever(tamanho: int, rodadas: int, figuras: dict[str, Any], razoes: dict[str, Any]) -> None:
    linhas = []
    for linha in LINHAS:
        for nome in figuras:
            f = figuras[nome][linha]
            medidas = [numero(f[chave], 1) for chave in ("por_segundo", "mediana_ms", "p95_ms", "cpu_ms")]
            linhas.append([f"{linha}: {nome}", *medidas, numero(f["bytes"] / 1024, 1)])
    titulo = (
        f"Balcão: {numero(tamanho)} chamados de dez mensagens, 4 conexões, dois processos servidores; de {rodadas} vezes de "
        f"{SEGUNDOS} s, a menos perturbada"
    )
    notas = [
        "CPU: do servidor com os filhos, mais a do banco, por pedido. Gerador, servidor e banco dividem os mesmos núcleos.",
        "django-helpdesk: lista e busca são a página e o JSON das linhas; a busca dele só lê o assunto e a descrição.",
        "Bancos, em MB: " + ", ".join(f"{nome} {numero(figuras[nome]['banco_mb'])}" for nome in figuras) + ".",
    ]
    colunas = ["o quê", "por segundo", "mediana, ms", "p95, ms", "CPU, ms", "kB"]
    escrever_tabela(titulo, colunas, linhas, notas)
    na_frente = {linha: min(razoes[linha].values()) > 1 for linha in LINHAS}
    comparadas = [
        [linha, *(numero(valor, 1) for valor in razoes[linha].values()), "sim" if na_frente[linha] else "NÃO"]
        for linha in LINHAS
    ]
    escrever_tabela("Vezes a nossa CPU (par ÷ nosso)", ["o quê", rt.NOME, helpdesk.NOME, "na frente"], comparadas)
    for linha, limite in METAS_MS.items():
        gasto = figuras[nosso.NOME][linha]["cpu_ms"]
        print(f"  {meta(f'{linha} em até {numero(limite)} ms de CPU ({numero(gasto, 1)} ms)', gasto <= limite)}")
