"""Quantos números por segundo, ao lado de um ``UPDATE … RETURNING`` puro no mesmo banco; e 20 segundos com mortes no meio.

Cada cliente é um processo com a sua conexão, como são os servidores de verdade. O limite é o mesmo cliente, com o mesmo
driver, fazendo só o contador: uma linha, um ``UPDATE`` e nada mais. A prova mata clientes com SIGKILL enquanto numeram e
confere depois, no banco, que nada do que foi confirmado se perdeu, se repetiu ou ficou sem explicação.
"""

import base64
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg

from bench.ambiente import RAIZ, Medicao, servidor
from bench.carga import Medida, Pedido, carregar
from bench.tabela import com_faixa, escrever_tabela, meio, meta, numero, por_cento

CONEXOES = 16
SEGUNDOS, AQUECIMENTO = 5, 1
PROCESSOS_DO_SERVIDOR = 2  # o padrão de «pen servir»
SEGUNDOS_DA_PROVA = 20
MORTES = 6
UNIDADES = 1_000


def medir(medicao: Medicao, *, tamanho: int, rodadas: int) -> dict[str, Any]:
    """Mede, imprime a tabela e devolve os números."""
    unidades = _preparar(medicao)
    clientes = [_ligar(medicao) for _ in range(CONEXOES)]
    ritmos: dict[str, list[float]] = {}
    try:
        for _ in range(rodadas):
            for modo, quais in (("limite", 1), ("servico", 1), ("bloco", 1), ("limite", UNIDADES), ("servico", UNIDADES)):
                feitos = _numerar(clientes, {"modo": modo, "unidades": unidades[:quais], "segundos": SEGUNDOS})
                ritmos.setdefault(f"{modo}-{quais}", []).append(sum(feitos) / SEGUNDOS)
        prova = _provar(medicao, clientes, unidades[-1])
    finally:
        for cliente in clientes:
            cliente.kill()
    return _escrever(ritmos, _por_http(medicao, unidades, rodadas), prova)


def _por_http(medicao: Medicao, unidades: list[str], rodadas: int) -> dict[str, list[Medida]]:
    """A API de verdade, com a credencial de um sistema, de um em um e de cem em cem, em todas as unidades."""
    from pen.identidade.public import Ambiente, Finalidade, consultar_orgao, criar_credencial

    orgao = consultar_orgao(medicao.orgao)
    _, senha = criar_credencial(por=None, orgao=orgao, ambiente=Ambiente.PRODUCAO, finalidade=Finalidade.NUMERACAO)
    conta = "Basic " + base64.b64encode(f"{orgao.codigo}:{senha}".encode()).decode()
    medidas: dict[str, list[Medida]] = {}
    with servidor(medicao, processos=PROCESSOS_DO_SERVIDOR) as base:
        porta = urlsplit(base).port or 0
        for nome, quais, quantos in (("uma", unidades[:1], 1), ("todas", unidades, 1), ("blocos", unidades, 100)):
            pedidos = [Pedido("/api/v1/nups", json.dumps({"unidade": u, "quantos": quantos}), conta) for u in quais]
            carregar(porta, pedidos, segundos=AQUECIMENTO)
            medidas[nome] = [carregar(porta, pedidos, segundos=SEGUNDOS) for _ in range(rodadas)]
            if erros := sum(m.erros for m in medidas[nome]):
                raise SystemExit(f"{erros} pedidos de números não foram atendidos.")
    return medidas


def _preparar(medicao: Medicao) -> list[str]:
    """Mil unidades ativas do órgão, cada uma com o contador do ano aberto, e a tabela do limite."""
    with psycopg.connect(medicao.url, autocommit=True) as banco:
        banco.execute(
            """WITH orgao AS (SELECT id FROM identidade_orgao WHERE codigo = %s LIMIT 1)
            INSERT INTO nup_unidade (codigo, nome, orgao_id, orgao_gestor_id, situacao, unidade_siorg, endereco, municipio, uf,
                                     cep, email, telefone, da_carga_inicial)
            SELECT (80000 + n)::text, 'Unidade ' || n, id, id, 'ativa', '1', '', '', '', '', '', '', false
            FROM orgao, generate_series(0, %s) AS n""",
            [medicao.orgao, UNIDADES],
        )
        banco.execute(
            "INSERT INTO nup_contador (unidade_id, ano, ultimo, ultimo_em, aberto) "
            "SELECT id, extract(year FROM now() AT TIME ZONE 'America/Sao_Paulo'), 0, now(), true FROM nup_unidade"
        )
        banco.execute("CREATE TABLE limite (codigo text PRIMARY KEY, ultimo integer NOT NULL)")
        banco.execute("INSERT INTO limite SELECT codigo, 0 FROM nup_unidade")
        banco.execute("ANALYZE")
        return [codigo for (codigo,) in banco.execute("SELECT codigo FROM nup_unidade ORDER BY codigo")]


def _provar(medicao: Medicao, clientes: "list[subprocess.Popen[str]]", unidade: str) -> dict[str, int]:
    """Dezesseis clientes numa unidade por 20 segundos, alguns mortos com SIGKILL; levanta se algo não fecha."""
    with psycopg.connect(medicao.url) as banco:
        antes = _contador(banco, unidade)
    anotacoes = [medicao.pasta / f"confirmados-{n}" for n in range(CONEXOES)]
    for cliente, anotacao in zip(clientes, anotacoes, strict=True):
        _mandar(
            cliente, {"modo": "servico", "unidades": [unidade], "segundos": SEGUNDOS_DA_PROVA, "anotacao": str(anotacao)}
        )
    for cliente in random.Random(7).sample(clientes, MORTES):
        time.sleep(SEGUNDOS_DA_PROVA / (MORTES + 1))
        cliente.send_signal(signal.SIGKILL)
    for cliente in clientes:
        _ler(cliente)
    mortos = sum(cliente.poll() == -signal.SIGKILL for cliente in clientes)
    confirmados = [int(linha) for anotacao in anotacoes for linha in anotacao.read_text().split("\n")[:-1]]
    with psycopg.connect(medicao.url) as banco:
        reservas = banco.execute(
            "SELECT primeiro, r.ultimo FROM nup_reserva r JOIN nup_unidade u ON u.id = unidade_id WHERE codigo = %s ORDER BY 1",
            [unidade],
        )
        reservados = [n for primeiro, ultimo in reservas for n in range(primeiro, ultimo + 1)]
        depois = _contador(banco, unidade)
    novos = [n for n in reservados if n > antes]
    fecha = {
        "distintos": len(confirmados) == len(set(confirmados)),
        "seguidos": reservados == list(range(1, len(reservados) + 1)),
        "nenhum confirmado se perdeu": set(confirmados) <= set(novos),
        "o contador é o último": depois == len(reservados),
        "sem confirmação, no máximo um por morto": len(novos) - len(confirmados) <= mortos,
        "morreram os que deviam": mortos == MORTES,
    }
    if not all(fecha.values()):
        raise SystemExit(f"A numeração não fecha: {[nome for nome, certo in fecha.items() if not certo]}")
    return {"reservados": len(novos), "confirmados": len(confirmados), "mortos": mortos}


def _contador(banco: "psycopg.Connection[Any]", unidade: str) -> int:
    linha = banco.execute(
        "SELECT ultimo FROM nup_contador c JOIN nup_unidade u ON u.id = unidade_id WHERE codigo = %s", [unidade]
    ).fetchone()
    assert linha is not None
    return int(linha[0])


def _ligar(medicao: Medicao) -> "subprocess.Popen[str]":
    """Um processo cliente, que fica pronto e numera a cada linha que lhe mandam."""
    return subprocess.Popen(
        [sys.executable, "-m", "bench.numeracao", medicao.url, medicao.orgao], cwd=RAIZ, env=os.environ, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip


def _numerar(clientes: "list[subprocess.Popen[str]]", pedido: dict[str, Any]) -> list[int]:
    """Manda o pedido a todos, que largam juntos; devolve quantos números cada um fez."""
    for cliente in clientes:
        _mandar(cliente, pedido | {"segundos": 0})  # estar pronto: o primeiro pedido ainda liga o Django e a conexão
    for cliente in clientes:
        _ler(cliente)
    for cliente in clientes:
        _mandar(cliente, pedido)
    return [_ler(cliente) for cliente in clientes]


def _mandar(cliente: "subprocess.Popen[str]", pedido: dict[str, Any]) -> None:
    assert cliente.stdin is not None
    cliente.stdin.write(json.dumps(pedido) + "\n")
    cliente.stdin.flush()


def _ler(cliente: "subprocess.Popen[str]") -> int:
    """O que o cliente respondeu; zero se morreu."""
    assert cliente.stdout is not None
    resposta = cliente.stdout.readline()
    if not resposta:
        cliente.wait()
    return int(resposta or 0)


def _escrever(ritmos: dict[str, list[float]], http: dict[str, list[Medida]], prova: dict[str, int]) -> dict[str, Any]:
    linhas = []
    razoes = {}
    for quais, titulo in ((1, "uma unidade"), (UNIDADES, f"{numero(UNIDADES)} unidades")):
        nosso, limite = ritmos[f"servico-{quais}"], ritmos[f"limite-{quais}"]
        razoes[quais] = meio(nosso) / meio(limite)
        linhas.append(
            [titulo, com_faixa(nosso, "/s"), f"UPDATE … RETURNING: {com_faixa(limite, '/s')}", por_cento(razoes[quais])]
        )
    bloco = ritmos["bloco-1"]
    linhas.append(["uma unidade, de 100 em 100", com_faixa(bloco, "/s"), "–", "–"])
    por_http = {nome: [m.por_segundo * (100 if nome == "blocos" else 1) for m in vezes] for nome, vezes in http.items()}
    for nome, titulo, ao_lado in (
        ("uma", "uma unidade, por HTTP", "servico-1"),
        ("todas", f"{numero(UNIDADES)} unidades, por HTTP", f"servico-{UNIDADES}"),
        ("blocos", f"{numero(UNIDADES)} unidades, de 100 em 100, por HTTP", "bloco-1"),
    ):
        p99 = f"p99 {numero(meio([m.percentil(99) for m in http[nome]]))} ms"
        sem_http = ritmos[ao_lado]
        linhas.append(
            [titulo, com_faixa(por_http[nome], "/s"), p99, f"{por_cento(meio(por_http[nome]) / meio(sem_http))} sem HTTP"]
        )
    escrever_tabela(
        f"Numeração: {CONEXOES} conexões, números por segundo",
        ["o quê", "nosso", "ao lado", "razão"],
        linhas,
        [
            f"Prova de {SEGUNDOS_DA_PROVA} segundos, com {prova['mortos']} clientes mortos no meio: "
            f"{numero(prova['reservados'])} números dados,",
            f"{numero(prova['confirmados'])} confirmados a quem pediu; todos distintos, seguidos e com reserva.",
            meta("milhares de números por segundo por HTTP, em bloco", meio(por_http["blocos"]) >= 2000),
        ],
    )
    return {
        "numeros_por_segundo": {nome: round(meio(valores), 1) for nome, valores in ritmos.items()},
        "por_http": {nome: round(meio(valores), 1) for nome, valores in por_http.items()},
        "razao": {str(quais): round(razao, 3) for quais, razao in razoes.items()},
        "prova": prova,
    }


def _ser_cliente(url: str, codigo_do_orgao: str) -> None:
    """O processo filho: a cada linha, numera pelo tempo pedido e responde quantos fez."""
    import django

    django.setup()
    from pen.identidade.public import Ambiente, Finalidade, SistemaAutenticado, consultar_orgao
    from pen.nup.services.numeracao import reservar_numeros

    orgao, cliente = consultar_orgao(codigo_do_orgao), uuid4()
    sistema = SistemaAutenticado(cliente, orgao.pk, orgao.codigo, orgao.sigla, Ambiente.PRODUCAO, Finalidade.NUMERACAO)
    banco = psycopg.connect(url, autocommit=True)

    def no_limite(unidade: str, chave: str) -> list[int]:
        linha = banco.execute(
            "UPDATE limite SET ultimo = ultimo + 1 WHERE codigo = %s RETURNING ultimo", [unidade]
        ).fetchone()
        return [linha[0]] if linha else []

    def no_servico(unidade: str, chave: str, quantos: int = 1) -> list[int]:
        reserva = reservar_numeros(por=sistema, codigo=unidade, chave=chave, quantos=quantos)
        return [n.sequencia or 0 for n in reserva.numeros]

    modos = {"limite": no_limite, "servico": no_servico, "bloco": partial(no_servico, quantos=100)}
    for linha in sys.stdin:
        pedido = json.loads(linha)
        print(_cumprir(pedido, modos[pedido["modo"]], str(cliente)), flush=True)


def _cumprir(pedido: dict[str, Any], fazer: Callable[[str, str], list[int]], cliente: str) -> int:
    """Numera em unidades sorteadas até o tempo acabar; anota cada número confirmado antes de pedir o seguinte."""
    feitos, sorteio = 0, random.Random(cliente)
    with Path(pedido.get("anotacao") or os.devnull).open("w", buffering=1) as anotacao:
        fim = time.monotonic() + pedido["segundos"]
        while time.monotonic() < fim:
            numeros = fazer(sorteio.choice(pedido["unidades"]), f"{cliente}-{time.monotonic_ns()}")
            feitos += len(numeros)
            anotacao.write("".join(f"{n}\n" for n in numeros))
    return feitos


if __name__ == "__main__":
    _ser_cliente(*sys.argv[1:])
