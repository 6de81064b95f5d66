"""Quantos documentos por segundo o serviço SOAP recebe, e que parte disso é o banco?

O serviço inteiro: HTTP, credencial, XML, conferência, gravação, recibo. Ao lado, as mesmas linhas (lidas das tabelas
depois da carga, com o vetor de busca já calculado) escritas por COPY nas mesmas tabelas vazias, com todos os índices
e restrições: em lotes de 100 com um COMMIT cada, que é a comparação justa, e de uma vez só, que é o teto.
"""

import base64
import time
from collections.abc import Sequence
from itertools import islice
from typing import Any

import psycopg

from bench.ambiente import Medicao, servidor
from bench.medidas import Cronometro, contar_comandos
from bench.tabela import com_faixa, escrever_tabela, meio, meta, numero, por_cento
from bench.volume import MOVIMENTOS, documentos

LOTE = 100
LOTES_DE_AQUECIMENTO = 5
LOTES_POR_DENTRO = 20
META_DO_COPY = 0.2
SEMENTE_DO_AQUECIMENTO = 7
SERVICO = "/ProtocoloWS/integradorService"

# As tabelas que um lote escreve, e a ordem em que cada uma sai (a da chave, como o serviço grava).
REGISTRO_NACIONAL = {
    "protocolo_integrado_registro": "numero, orgao_id",
    "protocolo_integrado_andamento": "numero, orgao_id, chave",
    "protocolo_integrado_interessado": "numero, orgao_id, ordem",
}
RECIBOS = "protocolo_integrado_remessa"

Lote = list[str]  # elementos Documento em XML


def medir(medicao: Medicao, *, tamanho: int, rodadas: int) -> dict[str, Any]:
    """Mede, imprime as tabelas e devolve os números."""
    lotes, chaves = lotes_de_medicao(tamanho, semente=1)
    tempos: dict[str, list[float]] = {"novos": [], "repetidos": [], "copy_lotes": [], "copy_unico": []}
    with servidor(medicao, processos=1) as base, psycopg.connect(medicao.url) as banco:
        enviar(base, medicao, lotes_de_medicao(LOTE * LOTES_DE_AQUECIMENTO, semente=SEMENTE_DO_AQUECIMENTO)[0])
        for _ in range(rodadas):
            esvaziar(banco)
            tempos["novos"].append(tamanho / enviar(base, medicao, lotes))
            _checkpoint(banco)
            tempos["repetidos"].append(tamanho / enviar(base, medicao, lotes))
            _conferir_carga(banco, tamanho)
            linhas = _ler_linhas(banco, chaves)
            tempos["copy_lotes"].append(tamanho / _copiar(banco, linhas))
            tempos["copy_unico"].append(tamanho / _copiar(banco, [_juntar(linhas)]))
    consultas = {f"{nome}_{n}": _contar(medicao, n, nome) for nome in ("novos", "repetidos") for n in (1, LOTE)}
    partes = {nome: _por_dentro(medicao, repetir=nome == "repetidos") for nome in ("novos", "repetidos")}
    figuras = _figuras(tempos, consultas, partes)
    _escrever(tamanho, rodadas, tempos, figuras)
    return figuras


# --- O serviço


def lotes_de_medicao(quantos: int, *, semente: int) -> tuple[list[Lote], list[list[str]]]:
    """Os documentos já em XML, em lotes, e os números de cada lote como ficam gravados."""
    from pen.nup.public import ler_numero
    from pen.protocolo_integrado.interfaces.soap.mensagens import documento_em_xml

    lotes, chaves, fonte = [], [], documentos(quantos, semente=semente)
    while lote := list(islice(fonte, LOTE)):
        lotes.append([documento_em_xml(d) for d in lote])
        chaves.append([ler_numero(d.protocolo or "").normalizado for d in lote])
    return lotes, chaves


def enviar(base: str, medicao: Medicao, lotes: list[Lote]) -> float:
    """Envia os lotes um depois do outro, como um órgão faz; devolve os segundos."""
    from pen.protocolo_integrado.interfaces.soap.cliente import ClienteSoap

    with ClienteSoap(base + SERVICO, orgao=medicao.orgao, senha=medicao.senha) as cliente:
        cliente.maximo()  # abre a conexão e confere a senha antes de o relógio andar
        inicio = time.perf_counter()
        for lote in lotes:
            if recusas := [r for r in cliente.enviar(lote) if r != "Ok!"]:
                raise SystemExit(f"O serviço recusou um documento da medição: {recusas[0]}")
        return time.perf_counter() - inicio


def _conferir_carga(banco: psycopg.Connection[Any], tamanho: int) -> None:
    """A medida só vale se tudo entrou na primeira vez e nada na segunda."""
    contado = banco.execute(f"SELECT sum(novos), sum(repetidos), sum(andamentos_novos) FROM {RECIBOS}").fetchone()
    if contado != (tamanho, tamanho, tamanho * MOVIMENTOS):
        raise SystemExit(f"A carga não foi a esperada: novos, repetidos e andamentos são {contado}.")


# --- O limite: as mesmas linhas por COPY

Linhas = dict[str, bytes]  # tabela -> linhas no formato do COPY


def _ler_linhas(banco: psycopg.Connection[Any], chaves: list[list[str]]) -> list[Linhas]:
    """As linhas gravadas, por lote. Os recibos do reenvio não contam: um por lote, os primeiros."""
    recibos = banco.execute(f"SELECT id FROM {RECIBOS} ORDER BY recebida_em LIMIT %s", [len(chaves)]).fetchall()
    lotes = []
    for numeros, (recibo,) in zip(chaves, recibos, strict=True):
        lote = {RECIBOS: _copiar_de(banco, f"SELECT * FROM {RECIBOS} WHERE id = %s", [recibo])}
        for tabela, ordem in REGISTRO_NACIONAL.items():
            sql = f"SELECT * FROM {tabela} WHERE numero = ANY(%s) ORDER BY {ordem}"
            lote[tabela] = _copiar_de(banco, sql, [numeros])
        lotes.append(lote)
    banco.commit()
    return lotes


def _copiar_de(banco: psycopg.Connection[Any], sql: str, valores: list[Any]) -> bytes:
    comando = psycopg.ClientCursor(banco).mogrify(f"COPY ({sql}) TO STDOUT", valores)
    with banco.cursor().copy(comando.encode()) as copia:
        return b"".join(bytes(pedaco) for pedaco in copia)


def _juntar(lotes: list[Linhas]) -> Linhas:
    return {tabela: b"".join(lote[tabela] for lote in lotes) for tabela in lotes[0]}


def _copiar(banco: psycopg.Connection[Any], lotes: list[Linhas]) -> float:
    """Esvazia as tabelas e escreve os lotes, uma transação cada; devolve os segundos."""
    esvaziar(banco)
    inicio = time.perf_counter()
    for lote in lotes:
        for tabela, linhas in lote.items():
            with banco.cursor().copy(f"COPY {tabela} FROM STDIN") as copia:
                copia.write(linhas)
        banco.commit()
    return time.perf_counter() - inicio


def esvaziar(banco: psycopg.Connection[Any]) -> None:
    """Tira tudo do registro nacional e dos recibos."""
    banco.execute(f"TRUNCATE {', '.join(REGISTRO_NACIONAL)}, {RECIBOS} CASCADE")
    banco.commit()
    _checkpoint(banco)


def _checkpoint(banco: psycopg.Connection[Any]) -> None:
    """Cada medida começa com o disco em dia: nenhuma paga o que a anterior deixou por escrever."""
    banco.autocommit = True
    banco.execute("CHECKPOINT")
    banco.autocommit = False


# --- Por dentro: consultas e tempos, no mesmo processo


def _pedir(cliente: Any, medicao: Medicao, lote: Sequence[str]) -> None:
    from pen.protocolo_integrado.interfaces.soap.mensagens import pedido_do_envio

    senha = base64.b64encode(f"{medicao.orgao}:{medicao.senha}".encode()).decode()
    resposta = cliente.post(
        SERVICO, pedido_do_envio(list(lote)), content_type="text/xml", headers={"Authorization": f"Basic {senha}"}
    )
    if resposta.status_code != 200 or resposta.content.count(b">Ok!<") != len(lote):
        raise SystemExit(f"O serviço respondeu {resposta.status_code}: {resposta.content[:500].decode()}")


def _contar(medicao: Medicao, quantos: int, nome: str) -> int:
    """Quantos comandos o pedido inteiro manda ao banco, autenticação incluída."""
    from django.test import Client

    cliente = Client()
    (lote,), _ = lotes_de_medicao(quantos, semente=100 + quantos)
    _limpar()
    if nome == "repetidos":
        _pedir(cliente, medicao, lote)
    else:
        _pedir(cliente, medicao, lotes_de_medicao(1, semente=99)[0][0])  # a senha já conferida, as temporárias já criadas
    with contar_comandos() as total:
        _pedir(cliente, medicao, lote)
    return total[0]


def _por_dentro(medicao: Medicao, *, repetir: bool) -> dict[str, float]:
    """Milissegundos por lote de 100 em cada parte do pedido; as partes «SQL» estão dentro de «gravação»."""
    from django.test import Client

    from pen.protocolo_integrado.interfaces.soap import mensagens, views
    from pen.protocolo_integrado.services import remessa

    cliente, cronometro = Client(), Cronometro()
    lotes, _ = lotes_de_medicao(LOTE * LOTES_POR_DENTRO, semente=3)
    _limpar()
    _pedir(cliente, medicao, lotes_de_medicao(LOTE, semente=4)[0][0])
    if repetir:
        for lote in lotes:
            _pedir(cliente, medicao, lote)
    inicio = time.perf_counter()
    with cronometro.ligado(
        (mensagens, "ler_mensagem", "ler o XML"),
        (views, "_autenticar", "autenticar"),
        (remessa, "_conferir_todos", "conferir"),
        (remessa, "gravar_documentos", "gravar"),
        (mensagens, "resposta_do_envio", "escrever a resposta"),
    ):
        for lote in lotes:
            _pedir(cliente, medicao, lote)
    partes = {"pedido inteiro": time.perf_counter() - inicio, **cronometro.segundos}
    return {nome: segundos * 1000 / len(lotes) for nome, segundos in partes.items()}


def _limpar() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(REGISTRO_NACIONAL)}, {RECIBOS} CASCADE")


# --- Resultado


def _figuras(
    tempos: dict[str, list[float]], consultas: dict[str, int], partes: dict[str, dict[str, float]]
) -> dict[str, Any]:
    por_segundo = {nome: round(meio(valores), 1) for nome, valores in tempos.items()}
    return {
        "documentos_por_segundo": por_segundo,
        "rodadas": {nome: [round(v, 1) for v in valores] for nome, valores in tempos.items()},
        "razoes": {
            "novos_sobre_copy_lotes": round(por_segundo["novos"] / por_segundo["copy_lotes"], 3),
            "novos_sobre_copy_unico": round(por_segundo["novos"] / por_segundo["copy_unico"], 3),
            "repetidos_sobre_novos": round(por_segundo["repetidos"] / por_segundo["novos"], 3),
        },
        "comandos_por_lote": consultas,
        "ms_por_lote": {nome: {p: round(ms, 2) for p, ms in valores.items()} for nome, valores in partes.items()},
    }


def _escrever(tamanho: int, rodadas: int, tempos: dict[str, list[float]], figuras: dict[str, Any]) -> None:
    razoes, consultas = figuras["razoes"], figuras["comandos_por_lote"]
    titulo = (
        f"Remessa SOAP: {numero(tamanho)} processos com {MOVIMENTOS} movimentos, em lotes de {LOTE}, "
        f"uma conexão; mediana (e faixa) de {rodadas} rodadas, em documentos por segundo"
    )
    limites = [("COPY em lotes de 100", "copy_lotes", "novos_sobre_copy_lotes"),
               ("COPY de uma vez", "copy_unico", "novos_sobre_copy_unico")]  # fmt: skip
    novos, repetidos = (com_faixa(tempos[nome], "/s") for nome in ("novos", "repetidos"))
    linhas = [
        ["documentos novos", novos, f"{nome}: {com_faixa(tempos[chave], '/s')}", por_cento(razoes[razao]),
         f"{consultas['novos_1']} · {consultas[f'novos_{LOTE}']}"] for nome, chave, razao in limites
    ]  # fmt: skip
    linhas.append(
        ["os mesmos, repetidos", repetidos, f"novos: {novos}", por_cento(razoes["repetidos_sobre_novos"]),
         f"{consultas['repetidos_1']} · {consultas[f'repetidos_{LOTE}']}"]
    )  # fmt: skip
    notas = [
        "Comandos: idas ao banco por pedido com 1 e com 100 documentos, contadas no rastro da libpq (COPY, BEGIN e",
        "COMMIT incluídos). O cliente, o servidor e o banco dividem os mesmos núcleos; COPY não tem cliente HTTP nem XML.",
        meta("documentos novos a pelo menos um quinto do COPY em lotes", razoes["novos_sobre_copy_lotes"] >= META_DO_COPY),
        meta("repetidos pelo menos tão rápidos quanto novos", razoes["repetidos_sobre_novos"] >= 1),
    ]
    escrever_tabela(titulo, ["o quê", "nosso", "ao lado", "razão", "comandos"], linhas, notas)
    _escrever_partes(figuras["ms_por_lote"])


def _escrever_partes(ms_por_lote: dict[str, dict[str, float]]) -> None:
    novos, repetidos = ms_por_lote["novos"], ms_por_lote["repetidos"]
    linhas = [
        [f"   {nome}" if nome.startswith("SQL") else nome, numero(novos.get(nome, 0), 1), numero(repetidos.get(nome, 0), 1)]
        for nome in sorted(novos | repetidos, key=lambda nome: (nome.startswith(("SQL", "COMMIT")), -novos.get(nome, 0)))
    ]
    notas = ["No mesmo processo, sem HTTP, com a instrumentação ligada; cada COPY inclui montar as linhas em Python."]
    escrever_tabela(f"Onde vai o tempo de um lote de {LOTE}, em ms", ["parte", "novos", "repetidos"], linhas, notas)
