"""Quanto demoram e quanta memória tomam 100.000 números numa conferência em lote?

Cada planilha tem o máximo de linhas que se aceita; um décimo dos números não confere. O limite é a mesma leitura sem planilha e sem
banco: ``ler_numero`` e ``explicar`` numa lista. O par é a openpyxl abrindo a mesma planilha XLSX inteira, escrevendo as quatro
colunas e guardando, sem conferir número nenhum. Cada medida roda num processo filho, para que a memória seja só dela: o que se
mostra é quanto o processo cresceu.
"""

import multiprocessing
import resource
import time
from collections.abc import Callable
from io import BytesIO
from random import Random
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from bench.ambiente import Medicao
from bench.tabela import com_faixa, escrever_tabela, meio, meta, numero

LINHAS = 100_000
LIMITE_SEGUNDOS, LIMITE_MB = 60, 256
_RELACOES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACOTE = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'


def medir(medicao: Medicao, *, tamanho: int, rodadas: int) -> dict[str, Any]:
    """Fabrica as planilhas, mede, imprime a tabela e devolve os números. O tamanho é fixo: o máximo que se aceita."""
    numeros = _numeros()
    planilhas = {
        "CSV, 3 colunas": _csv(numeros), "XLSX, 3 colunas": _xlsx(numeros, 3), "XLSX, 12 colunas": _xlsx(numeros, 12)
    }  # fmt: skip
    limite = [_so_ler(numeros) for _ in range(rodadas)]
    figuras = {nome: [_num_filho(_uma_vez, conteudo) for _ in range(rodadas)] for nome, conteudo in planilhas.items()}
    com_par = {nome: conteudo for nome, conteudo in planilhas.items() if nome.startswith("XLSX")}
    pares = {nome: [_num_filho(_pela_openpyxl, conteudo) for _ in range(rodadas)] for nome, conteudo in com_par.items()}
    _escrever(figuras, pares, {nome: len(c) for nome, c in planilhas.items()}, limite)
    return {"planilhas": figuras, "openpyxl": pares, "so_ler_segundos": limite}


def _numeros() -> list[str]:
    from pen.nup.public import gerar_nup

    sorteio = Random(11)
    certos = [
        gerar_nup(f"{sorteio.randint(1, 99_999):05d}", sorteio.randint(1, 999_999), sorteio.randint(2004, 2026)).formatado
        for _ in range(LINHAS)
    ]
    return [n if i % 10 else f"{n[:-1]}{(int(n[-1]) + 1) % 10}" for i, n in enumerate(certos)]


def _csv(numeros: list[str]) -> bytes:
    linhas = [f"{i};{n};Agência Nacional de Transportes" for i, n in enumerate(numeros)]
    return "\r\n".join(["id;nup;órgão", *linhas]).encode()


def _xlsx(numeros: list[str], colunas: int) -> bytes:
    """Um XLSX como o Excel o escreve: textos partilhados, ``spans``, e colunas de números depois."""
    letras = "ABCDEFGHIJKL"[:colunas]
    linhas = [
        f'<row r="{i}" spans="1:{colunas}"><c r="A{i}"><v>{i}</v></c><c r="B{i}" t="s"><v>{i - 1}</v></c>'
        + "".join(f'<c r="{letra}{i}"><v>{i}.5</v></c>' for letra in letras[2:])
        + "</row>"
        for i in range(1, LINHAS + 2)
    ]
    ns = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    tipo = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    partes = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Override PartName="/xl/w.xml" ContentType="{tipo}.sheet.main+xml"/>'
        f'<Override PartName="/xl/t.xml" ContentType="{tipo}.sharedStrings+xml"/></Types>',
        "_rels/.rels": f'<Relationships {_PACOTE}><Relationship Id="a" Type="{_RELACOES}/officeDocument" Target="/xl/w.xml"/>'
        "</Relationships>",
        "xl/w.xml": f'<workbook {ns} xmlns:r="{_RELACOES}"><sheets><sheet name="P" sheetId="1" r:id="a"/></sheets></workbook>',
        "xl/_rels/w.xml.rels": f'<Relationships {_PACOTE}><Relationship Id="a" Type="{_RELACOES}/worksheet" Target="/xl/a.xml"/>'
        f'<Relationship Id="b" Type="{_RELACOES}/sharedStrings" Target="/xl/t.xml"/></Relationships>',
        "xl/t.xml": f"<sst {ns}>{''.join(f'<si><t>{t}</t></si>' for t in ['nup', *numeros])}</sst>",
        "xl/a.xml": f'<worksheet {ns}><dimension ref="A1:{letras[-1]}{LINHAS + 1}"/><sheetData>{"".join(linhas)}</sheetData>'
        "</worksheet>",
    }  # fmt: skip
    saida = BytesIO()
    with ZipFile(saida, "w", ZIP_DEFLATED) as pacote:
        for nome, conteudo in partes.items():
            pacote.writestr(nome, conteudo)
    return saida.getvalue()


def _so_ler(numeros: list[str]) -> float:
    from datetime import UTC, datetime

    from pen.nup.values.numeros import explicar, ler_numero

    inicio, hoje = time.perf_counter(), datetime.now(UTC).date()
    for texto in numeros:
        explicar(ler_numero(texto), hoje=hoje)
    return time.perf_counter() - inicio


def _uma_vez(conteudo: bytes) -> dict[str, float]:
    """Envia, confere e exclui; os segundos de cada parte e quanto a memória cresceu."""
    from pen.nup.selectors.lotes import consultar_conferencia
    from pen.nup.services.lotes import conferir_lote, criar_conferencia, excluir_conferencia

    antes, inicio = _pico(), time.perf_counter()
    conferencia = criar_conferencia(nome="bench", conteudo=conteudo, origem=f"bench {time.time_ns()}")
    enviada = time.perf_counter()
    conferir_lote(conferencia.pk)
    pronta = time.perf_counter()
    assert consultar_conferencia(conferencia.pk).contagem["ok"] >= LINHAS * 0.9
    excluir_conferencia(conferencia.pk)
    return {"enviar": enviada - inicio, "conferir": pronta - enviada, "mb": _pico() - antes}


def _pela_openpyxl(conteudo: bytes) -> dict[str, float]:
    """Só abrir, escrever quatro textos por linha e guardar."""
    from openpyxl import load_workbook

    antes, inicio = _pico(), time.perf_counter()
    livro = load_workbook(BytesIO(conteudo))
    aba = livro.worksheets[0]
    ultima = aba.max_column
    for linha in range(1, aba.max_row + 1):
        for n in range(1, 5):
            aba.cell(linha, ultima + n, f"texto {n}")
    livro.save(BytesIO())
    return {"conferir": time.perf_counter() - inicio, "mb": _pico() - antes}


def _pico() -> float:
    """A maior memória residente deste processo, em MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _num_filho(funcao: Callable[[bytes], dict[str, float]], conteudo: bytes) -> dict[str, float]:
    from django.db import connections

    connections.close_all()
    contexto = multiprocessing.get_context("fork")
    fila = contexto.SimpleQueue()
    processo = contexto.Process(target=lambda: fila.put(funcao(conteudo)))
    processo.start()
    processo.join()
    if processo.exitcode != 0:
        raise RuntimeError("a conferência medida falhou")
    feito: dict[str, float] = fila.get()
    return feito


def _escrever(
    figuras: dict[str, list[dict[str, float]]],
    pares: dict[str, list[dict[str, float]]],
    tamanhos: dict[str, int],
    limite: list[float],
) -> None:
    linhas = [
        [
            nome, f"{numero(tamanhos[nome] / 2**20, 1)} MB", f"{numero(meio([v['enviar'] for v in vezes]), 2)} s",
            f"{numero(meio([v['conferir'] for v in vezes]), 2)} s",
            f"{numero(meio([v['conferir'] for v in vezes]) / meio(limite), 1)} ×",
            f"{numero(LINHAS / meio([v['conferir'] for v in vezes]))}/s", com_faixa([v["mb"] for v in vezes], "MB"),
            _par(pares[nome]) if nome in pares else "–",
        ]
        for nome, vezes in figuras.items()
    ]  # fmt: skip
    piores = [max(meio([v[parte] for v in vezes]) for vezes in figuras.values()) for parte in ("conferir", "mb")]
    escrever_tabela(
        f"Conferência em lote de {numero(LINHAS)} números",
        ["planilha", "tamanho", "enviar", "conferir", "do limite", "números", "memória a mais", "openpyxl"],
        linhas,
        [
            f"Limite, só ler e explicar: {numero(meio(limite), 2)} s.",
            meta(f"conferir em menos de {LIMITE_SEGUNDOS} s", piores[0] < LIMITE_SEGUNDOS),
            meta(f"menos de {LIMITE_MB} MB a mais", piores[1] < LIMITE_MB),
        ],
    )


def _par(vezes: list[dict[str, float]]) -> str:
    return f"{numero(meio([v['conferir'] for v in vezes]), 1)} s, {numero(meio([v['mb'] for v in vezes]))} MB"
