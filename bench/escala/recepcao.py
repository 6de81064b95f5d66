"""Quantos documentos por segundo entram num registro cheio, com todos os índices, por duas conexões ao mesmo tempo?

Ao lado, o mesmo SQL da gravação (as travas, a leitura e os COPY), com as linhas e os vetores já prontos e sem HTTP, XML,
conferência nem recibo: o que o banco permite a quem faz o que a recepção faz.
"""

import http.client
import multiprocessing
import os
import time
from collections.abc import Callable
from contextlib import ExitStack
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from bench.ambiente import Medicao, servidor_com_pid
from bench.escala.linha import Linha, escrever_linhas
from bench.escala.registro import garantir
from bench.medidas import cpu_da_arvore, pid_do_banco
from bench.remessa import SERVICO
from bench.tabela import meio, meta, numero

CONEXOES = 2
LOTE = 300  # o máximo que o serviço anuncia
DOCUMENTOS = 9_000  # por conexão e rodada
POR_CEM = 1000 * 100 / (CONEXOES * DOCUMENTOS)  # de segundos da rodada a milissegundos de cem documentos
META, META_DO_SQL = 10_000, 0.6
PREPARO = 40.0  # segundos que os processos têm para ficar prontos


def medir(medicao: Medicao, *, tamanho: int, rodadas: int) -> dict[str, Any]:
    """Mede novos e repetidos pelo serviço, e novos pelo SQL; imprime a tabela e devolve os números."""
    garantir(medicao, tamanho)
    novos, repetidos, sql = [], [], []
    cpu: dict[str, list[tuple[float, float]]] = {"novos": [], "repetidos": [], "mesmo SQL": []}
    with (
        ExitStack() as pilha
    ):  # um servidor de um processo para cada conexão: num só, o acaso poria as duas no mesmo processo
        servidores = [pilha.enter_context(servidor_com_pid(medicao, processos=1)) for _ in range(CONEXOES)]
        portas, pids = [urlsplit(base).port for base, _ in servidores], [pid for _, pid in servidores]
        banco = pid_do_banco(medicao.pasta)
        correr(pelo_servico, [(porta, medicao.orgao, medicao.senha, 30_000 + n, 300) for n, porta in enumerate(portas)])
        for rodada in range(rodadas):
            sementes = [31_000 + rodada * 100 + n for n in range(CONEXOES)]
            pedidos = [
                (porta, medicao.orgao, medicao.senha, semente, DOCUMENTOS)
                for porta, semente in zip(portas, sementes, strict=True)
            ]
            so_sql = [(medicao.orgao, semente + 50, DOCUMENTOS) for semente in sementes]
            for nome, medidas, trabalho, quais in (
                ("novos", novos, pelo_servico, pedidos), ("repetidos", repetidos, pelo_servico, pedidos),
                ("mesmo SQL", sql, _pelo_sql, so_sql),
            ):  # fmt: skip
                antes = sum(map(cpu_da_arvore, pids)), cpu_da_arvore(banco)
                medidas.append(correr(trabalho, quais))
                gastos = sum(map(cpu_da_arvore, pids)) - antes[0], cpu_da_arvore(banco) - antes[1]
                cpu[nome].append((gastos[0] * POR_CEM, gastos[1] * POR_CEM))
    linhas = [
        Linha("documentos novos", meio(novos), "docs/s", "o mesmo SQL", meio(sql), limite=True, meta=META_DO_SQL),
        Linha("documentos repetidos", meio(repetidos), "docs/s", "novos", meio(novos), meta=1.0),
    ]
    notas = [
        f"Lotes de {LOTE}, {CONEXOES} conexões, registro de {numero(tamanho)} processos com todos os índices.",
        meta(f"{numero(META)} documentos novos por segundo", meio(novos) >= META),
        meta(f"{numero(META_DO_SQL * 100)} % do mesmo SQL", meio(novos) / meio(sql) >= META_DO_SQL),
    ]
    gastos = {
        nome: tuple(round(meio(list(partes)), 1) for partes in zip(*vezes, strict=True)) for nome, vezes in cpu.items()
    }
    notas += [
        f"Processador de cem documentos, {nome}: {numero(servidores_ms, 1)} ms nos servidores e {numero(banco_ms, 1)} ms no banco."
        for nome, (servidores_ms, banco_ms) in gastos.items()
    ]
    escrever_linhas("Recepção num registro cheio", linhas, notas)
    return {"linhas": [li.em_json() for li in linhas], "cpu_ms_de_cem_documentos": gastos}


def correr(trabalho: Callable[..., list[float]], pedidos: list[tuple[Any, ...]]) -> float:
    """Faz os trabalhos ao mesmo tempo, um em cada processo; documentos por segundo, enquanto nenhum acabou."""
    contexto = multiprocessing.get_context("spawn")
    with contexto.Manager() as central, contexto.Pool(len(pedidos), initializer=_ligar_django) as processos:
        largada = central.Barrier(len(pedidos))
        instantes = processos.starmap(trabalho, [(largada, *pedido) for pedido in pedidos])
    comecou, acabou = min(cada[0] for cada in instantes), min(cada[-1] for cada in instantes)
    return LOTE * sum(instante <= acabou for cada in instantes for instante in cada[1:]) / (acabou - comecou)


def _ligar_django() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pen.config.settings")
    django.setup()


def pelo_servico(largada: Any, porta: int, orgao: str, senha: str, semente: int, quantos: int) -> list[float]:
    """Envia os documentos, em lotes; devolve o instante da largada e o do fim de cada lote."""
    from base64 import b64encode

    from bench.volume import documentos
    from pen.protocolo_integrado.interfaces.soap.mensagens import documento_em_xml, pedido_do_envio

    fonte, envelopes = documentos(quantos, semente=semente), []
    while lote := list(islice(fonte, LOTE)):
        envelopes.append(pedido_do_envio([documento_em_xml(d) for d in lote]))
    cabecalhos = {"Authorization": "Basic " + b64encode(f"{orgao}:{senha}".encode()).decode(), "Content-Type": "text/xml"}
    conexao = http.client.HTTPConnection("127.0.0.1", porta, timeout=120)
    largada.wait(PREPARO)
    instantes = [time.time()]
    for envelope in envelopes:
        conexao.request("POST", SERVICO, envelope, cabecalhos)
        corpo = conexao.getresponse().read()
        if corpo.count(b"<Resultado>Ok!") != corpo.count(b"<ResultadoDocumento>"):
            raise SystemExit(f"O serviço recusou a medição: {corpo[:500]!r}")
        instantes.append(time.time())
    return instantes


def _pelo_sql(largada: Any, orgao: str, semente: int, quantos: int) -> list[float]:
    from django.db import connection, transaction
    from django.utils import timezone

    from bench.volume import documentos
    from pen.comum.preparadas import como_vetor, consultar_preparada
    from pen.identidade.public import Orgao
    from pen.protocolo_integrado.selectors.lexemas import vetores_de_busca
    from pen.protocolo_integrado.services import gravacao, linhas
    from pen.protocolo_integrado.services.conferencia import conferir_documento

    orgao_id, agora = Orgao.objects.get(codigo=orgao).pk, timezone.now()
    fonte, lotes = documentos(quantos, semente=semente), []
    while lote := [conferir_documento(d, agora=agora) for d in islice(fonte, LOTE)]:
        andamentos = linhas.EscritaDeAndamentos(orgao_id, agora)
        for d in lote:
            andamentos.escrever(d.numero.normalizado, enumerate(d.andamentos))
        vetores = vetores_de_busca([gravacao.texto_buscavel(d) for d in lote])
        registros = [linhas.RegistroAGravar(d, gravacao.resumir_conteudo(d), 0, None, vetor, agora)
                     for d, vetor in zip(lote, vetores, strict=True)]  # fmt: skip
        escritos = list(linhas.linhas_de_registros(registros, orgao_id, agora))
        interessados = list(linhas.linhas_de_interessados(lote, orgao_id))
        lotes.append(([d.numero.normalizado for d in lote], andamentos, escritos, interessados))
    connection.ensure_connection()
    largada.wait(PREPARO)
    instantes = [time.time()]
    for numeros, andamentos, escritos, interessados in lotes:
        with transaction.atomic(), connection.cursor() as cursor:
            gravacao.travar_numeros(numeros)
            consultar_preparada(gravacao._LER_GRAVADOS, [como_vetor(numeros), orgao_id], grava=True)
            andamentos.copiar_para(cursor)
            linhas.copiar(cursor, linhas.COPIAR_REGISTROS, escritos)
            linhas.copiar(cursor, linhas.COPIAR_INTERESSADOS, interessados)
        instantes.append(time.time())
    return instantes
