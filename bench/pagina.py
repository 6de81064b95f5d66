"""Quantas páginas de processo por segundo, e que parte disso é o banco?

A página inteira em HTML, e o JSON da API, pedidos por HTTP com números ao acaso. Ao lado, ``pgbench`` com as mesmas
consultas que o pedido faz, lidas do próprio Django no começo da medição.
"""

import subprocess
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bench.ambiente import Medicao, programa_do_postgres, servidor
from bench.carga import CONEXOES_POR_PROCESSO, Medida, Pedido, carregar
from bench.carga import PROCESSOS as PROCESSOS_DA_CARGA
from bench.medidas import contar_comandos
from bench.tabela import com_faixa, escrever_tabela, meio, numero, por_cento
from bench.volume import documentos

SEGUNDOS = 4
AQUECIMENTO = 1
LOTE = 100
PROCESSOS = 2  # o padrão de «pen servir»
CAMINHOS = {"página do processo (HTML)": "/protocolo/processos/{}/", "processo na API (JSON)": "/api/v1/processos/{}"}
SONDAGEM = r"SELECT numero, numero_dv FROM amostra WHERE i = :i \gset"


def medir(medicao: Medicao, *, tamanho: int, rodadas: int) -> dict[str, Any]:
    """Mede, imprime a tabela e devolve os números."""
    numeros = _gravar(medicao, tamanho)
    do_pedido = {nome: comandos_e_consultas(caminho.format(numeros[0])) for nome, caminho in CAMINHOS.items()}
    http: dict[str, list[Medida]] = {nome: [] for nome in CAMINHOS}
    banco: dict[str, list[Medida]] = {nome: [] for nome in CAMINHOS}
    with servidor(medicao, processos=PROCESSOS) as base:
        porta = urlsplit(base).port or 0
        for caminho in CAMINHOS.values():
            carregar(porta, [Pedido(caminho.format(n)) for n in numeros], segundos=AQUECIMENTO)
        for _ in range(rodadas):
            for nome, caminho in CAMINHOS.items():
                medida = carregar(porta, [Pedido(caminho.format(n)) for n in numeros], segundos=SEGUNDOS)
                if medida.erros:
                    raise SystemExit(f"{medida.erros} respostas de «{nome}» não foram 200.")
                http[nome].append(medida)
                banco[nome].append(pgbench(medicao, do_pedido[nome][1], numeros))
    figuras = {nome: _figuras(http[nome], banco[nome], do_pedido[nome][0]) for nome in CAMINHOS}
    _escrever(tamanho, rodadas, http, banco, figuras)
    return figuras


def _gravar(medicao: Medicao, tamanho: int) -> list[str]:
    """Esvazia o registro, grava ``tamanho`` processos pelo serviço e devolve os números."""
    from django.db import connection

    from pen.identidade.public import autenticar_sistema
    from pen.nup.public import ler_numero
    from pen.protocolo_integrado.enums import Canal
    from pen.protocolo_integrado.services.remessa import receber_remessa

    quem = autenticar_sistema(codigo=medicao.orgao, segredo=medicao.senha, origem="bench")
    numeros, fonte = [], documentos(tamanho, semente=2)
    with connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE protocolo_integrado_registro, protocolo_integrado_andamento, protocolo_integrado_interessado"
        )
        while lote := list(islice(fonte, LOTE)):
            receber_remessa(por=quem, documentos=lote, canal=Canal.SOAP)
            numeros += [ler_numero(d.protocolo or "").normalizado for d in lote]
    gravar_amostra(numeros)
    return numeros


def gravar_amostra(numeros: list[str]) -> None:
    """A tabela de onde o ``pgbench`` sorteia um número por transação."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS amostra")
        cursor.execute("CREATE TABLE amostra (i int PRIMARY KEY, numero text, numero_dv text)")
        with cursor.copy("COPY amostra FROM STDIN") as copia:
            for i, n in enumerate(numeros, start=1):
                copia.write_row((i, n, _com_letras(n)))
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("RESET statement_timeout")


def _com_letras(numero_canonico: str) -> str:
    """A outra chave sob a qual a página procura um NUP: com as letras DV no lugar dos dígitos."""
    return f"{numero_canonico[:15]}DV"


# --- As consultas da página, lidas do Django


def comandos_e_consultas(caminho: str) -> tuple[int, list[str]]:
    """Quantas idas ao banco faz um pedido, e o SQL delas, com os valores dentro."""
    return _comandos(caminho), _consultas(caminho)


def _pedido(caminho: str) -> Callable[[], None]:
    from django.test import Client

    cliente = Client()

    def pedir() -> None:
        resposta = cliente.get(caminho, headers={"Host": "127.0.0.1"})
        if resposta.status_code != 200:
            raise SystemExit(f"{caminho} respondeu {resposta.status_code}.")

    pedir()  # o que só acontece no primeiro pedido do processo fica fora da conta
    return pedir


def _comandos(caminho: str) -> int:
    pedir = _pedido(caminho)
    with contar_comandos() as total:
        pedir()
    return total[0]


def _consultas(caminho: str) -> list[str]:
    """O SQL de um pedido, com os valores dentro."""
    from django.db import connection

    consultas: list[str] = []

    def anotar(executar: Callable[..., Any], sql: str, valores: Any, *resto: Any) -> Any:
        pares = {nome: _literal(valor) for nome, valor in valores.items()} if isinstance(valores, dict) else None
        consultas.append(" ".join((sql % (pares or tuple(map(_literal, valores or ())))).split()))
        return executar(sql, valores, *resto)

    pedir = _pedido(caminho)
    with connection.execute_wrapper(anotar):
        pedir()
    return consultas


def _literal(valor: Any) -> str:
    """O valor como se escreve em SQL; numa lista, cada um à parte, para que o número se possa trocar."""
    from django.db import connection

    if isinstance(valor, list):
        return f"ARRAY[{', '.join(map(_literal, valor))}]"
    return str(connection.ops.compose_sql("%s", [valor]))  # type: ignore[attr-defined]


# --- pgbench


def pgbench(medicao: Medicao, consultas: Sequence[str], numeros: list[str]) -> Medida:
    """O mesmo SQL, com um número ao acaso por transação, descontado o tempo de sortear o número na tabela de amostra."""
    prefixo = [rf"\set i random(1, {len(numeros)})", SONDAGEM]
    corpo = [
        c.replace(f"'{_com_letras(numeros[0])}'", ":numero_dv").replace(f"'{numeros[0]}'", ":numero") for c in consultas
    ]
    inteiro = _rodar_pgbench(medicao, [*prefixo, *(f"{c};" for c in corpo)], SEGUNDOS)
    sondagem = _rodar_pgbench(medicao, prefixo, 1)
    por_segundo = 1 / (1 / inteiro.por_segundo - 1 / sondagem.por_segundo)
    return Medida(por_segundo, inteiro.latencias)


def _rodar_pgbench(medicao: Medicao, linhas: Sequence[str], segundos: int) -> Medida:
    roteiro, prefixo = medicao.pasta / "consultas.sql", medicao.pasta / "pgbench"
    roteiro.write_text("\n".join(linhas) + "\n")
    comando = [programa_do_postgres("pgbench"), "-n", "-M", "prepared", "-f", str(roteiro), "-c", "4", "-j", "2",
               "-T", str(segundos), "-l", f"--log-prefix={prefixo}", medicao.url]  # fmt: skip
    saida = subprocess.run(comando, capture_output=True, text=True, check=False)
    if saida.returncode:
        raise SystemExit(f"O pgbench falhou: {saida.stderr[-1000:]}")
    latencias = []
    for registro in Path(medicao.pasta).glob("pgbench.*"):
        latencias += [int(linha.split(" ", 3)[2]) / 1000 for linha in registro.read_text().splitlines()]
        registro.unlink()
    return Medida(len(latencias) / segundos, latencias)


# --- Resultado


def _figuras(http: list[Medida], banco: list[Medida], comandos: int) -> dict[str, Any]:
    def resumo(medidas: list[Medida]) -> dict[str, float]:
        percentis = {f"p{p}_ms": round(meio([m.percentil(p) for m in medidas]), 3) for p in (50, 95, 99)}
        return {"por_segundo": round(meio([m.por_segundo for m in medidas]), 1), **percentis}

    nosso, limite = resumo(http), resumo(banco)
    return {
        "http": nosso,
        "pgbench": limite,
        "razao": round(nosso["por_segundo"] / limite["por_segundo"], 3),
        "comandos": comandos,
    }


def _escrever(
    tamanho: int, rodadas: int, http: dict[str, list[Medida]], banco: dict[str, list[Medida]], figuras: dict[str, Any]
) -> None:
    linhas = []
    for nome, f in figuras.items():
        for quem, medidas, chave in (
            (nome, http[nome], "http"),
            ("   pgbench, as mesmas consultas", banco[nome], "pgbench"),
        ):
            percentis = [numero(f[chave][f"p{p}_ms"], 2) for p in (50, 95, 99)]
            razao, comandos = (por_cento(f["razao"]), str(f["comandos"])) if chave == "http" else ("", "")
            linhas.append([quem, com_faixa([m.por_segundo for m in medidas], "/s"), *percentis, razao, comandos])
    conexoes = PROCESSOS_DA_CARGA * CONEXOES_POR_PROCESSO
    titulo = (
        f"Consulta por número: {numero(tamanho)} processos, {conexoes} conexões persistentes, {PROCESSOS} processos "
        f"servidores; mediana (e faixa) de {rodadas} rodadas de {SEGUNDOS} s"
    )
    notas = [
        "Tempos em ms. Gerador de pedidos, servidor e banco dividem os mesmos núcleos. «pgbench -M prepared -c 4 -j 2», com o",
        "tempo de sortear o número descontado da taxa (não dos percentis). Comandos: idas ao banco por pedido.",
    ]
    escrever_tabela(titulo, ["o quê", "por segundo", "p50", "p95", "p99", "razão", "comandos"], linhas, notas)
