"""A corrida das duas da manhã: 300 órgãos enviam ao mesmo tempo, e um deles manda a primeira carga inteira.

Cada órgão manda os seus lotes um depois do outro, como o SEI faz; o da primeira carga, por muitas conexões de uma vez. Uma
recusa negocial da remessa inteira se reenvia na hora, como o cliente de verdade, até 15 vezes. Meta: todo lote aceito ou
recusado em menos de 20 segundos no percentil 99; memória limitada; e os pequenos não esperam pelo grande.
"""

import base64
import http.client
import threading
import time
from dataclasses import dataclass, field
from typing import Any

from bench.ambiente import Medicao, servidor
from bench.memoria import memoria_do_servidor
from bench.tabela import escrever_tabela, meta, numero
from bench.volume import documentos

ORGAOS, LOTE = 300, 100
CONEXOES_DO_GRANDE, LOTES_DO_GRANDE = 30, 3
REENVIOS_MAXIMO = 15
META_P99 = 20.0  # segundos, até a resposta, seja ela o aceite ou a recusa
SERVICO = "/ProtocoloWS/integradorService"


@dataclass
class Cliente:
    """Um órgão que envia: a credencial, os envelopes e o que houve com cada um."""

    autorizacao: str
    envelopes: list[bytes]
    respostas: list[float] = field(default_factory=list)
    recusas: list[float] = field(default_factory=list)
    perdidos: int = 0
    acabou: float = 0.0

    def enviar(self, porta: int, largada: float) -> None:
        """Manda os envelopes um a um, a partir da largada."""
        time.sleep(max(0.0, largada - time.perf_counter()))
        conexao = http.client.HTTPConnection("127.0.0.1", porta, timeout=120)
        for envelope in self.envelopes:
            if not any(self._tentar(conexao, envelope) for _ in range(REENVIOS_MAXIMO)):
                self.perdidos += 1
        conexao.close()
        self.acabou = time.perf_counter() - largada

    def _tentar(self, conexao: http.client.HTTPConnection, envelope: bytes) -> bool:
        inicio = time.perf_counter()
        conexao.request("POST", SERVICO, envelope, {"Authorization": self.autorizacao, "Content-Type": "text/xml"})
        resposta = conexao.getresponse()
        corpo, demora = resposta.read(), time.perf_counter() - inicio
        aceito = resposta.status == 200 and corpo.count(b"<Resultado>Ok!") == LOTE
        if not aceito and b"NF00" not in corpo:
            raise SystemExit(f"O serviço respondeu outra coisa: {corpo[:500]!r}")
        (self.respostas if aceito else self.recusas).append(demora)
        return aceito


def medir(medicao: Medicao, *, tamanho: int, rodadas: int) -> dict[str, Any]:
    """Faz uma corrida, imprime a tabela e devolve os números. O tamanho é fixo: 300 órgãos."""
    pequenos, grandes = _preparar()
    with servidor(medicao, processos=2) as base:
        memoria = _Memoria()
        porta = int(base.rpartition(":")[2])
        largada = time.perf_counter() + 1.0
        fios = [threading.Thread(target=c.enviar, args=(porta, largada)) for c in [*grandes, *pequenos]]
        for fio in fios:
            fio.start()
        for fio in fios:
            fio.join()
        demorou = time.perf_counter() - largada
        maxima = memoria.maxima()
    figuras = {
        "pequenos": _resumir(pequenos), "grande": _resumir(grandes), "segundos": round(demorou, 1),
        "documentos_por_segundo": round(sum(len(c.respostas) for c in [*pequenos, *grandes]) * LOTE / demorou),
        "memoria_mb": maxima,
    }  # fmt: skip
    _escrever(figuras)
    return figuras


def _preparar() -> tuple[list[Cliente], list[Cliente]]:
    from pen.identidade.public import Ambiente, Esfera, Orgao, OrigemDoCodigo, Poder, criar_credencial

    clientes = []
    for n in range(ORGAOS + 1):
        orgao = Orgao.objects.create(
            codigo=f"CORRIDA{n}", sigla=f"COR{n}", nome=f"Órgão da Corrida {n}", origem_do_codigo=OrigemDoCodigo.PROPRIO,
            esfera=Esfera.FEDERAL, poder=Poder.EXECUTIVO,
        )  # fmt: skip
        _, senha = criar_credencial(por=None, orgao=orgao, ambiente=Ambiente.PRODUCAO)
        autorizacao = "Basic " + base64.b64encode(f"{orgao.codigo}:{senha}".encode()).decode()
        clientes.append(autorizacao)
    pequenos = [Cliente(autorizacao, _envelopes(1, semente=1_000 + n)) for n, autorizacao in enumerate(clientes[1:])]
    grandes = [Cliente(clientes[0], _envelopes(LOTES_DO_GRANDE, semente=2_000 + n)) for n in range(CONEXOES_DO_GRANDE)]
    return pequenos, grandes


def _envelopes(quantos: int, *, semente: int) -> list[bytes]:
    from pen.protocolo_integrado.interfaces.soap.mensagens import documento_em_xml, pedido_do_envio

    fonte = documentos(quantos * LOTE, semente=semente)
    return [pedido_do_envio([documento_em_xml(next(fonte)) for _ in range(LOTE)]) for _ in range(quantos)]


class _Memoria:
    """A maior memória que o servidor ocupou, em MB, lida a cada décimo de segundo."""

    def __init__(self) -> None:
        self._maxima, self._parar = 0, threading.Event()
        self._fio = threading.Thread(target=self._olhar, daemon=True)
        self._fio.start()

    def maxima(self) -> int:
        self._parar.set()
        self._fio.join()
        return self._maxima

    def _olhar(self) -> None:
        while not self._parar.wait(0.1):
            self._maxima = max(self._maxima, memoria_do_servidor())


def _resumir(clientes: list[Cliente]) -> dict[str, Any]:
    respostas, recusas = ([x for c in clientes for x in getattr(c, nome)] for nome in ("respostas", "recusas"))
    return {
        "lotes": len(respostas), "p50_s": _percentil(respostas, 50), "p99_s": _percentil(respostas, 99),
        "maximo_s": round(max(respostas, default=0), 2), "recusas": len(recusas), "recusa_p99_s": _percentil(recusas, 99),
        "perdidos": sum(c.perdidos for c in clientes), "acabou_s": round(max(c.acabou for c in clientes), 1),
    }  # fmt: skip


def _percentil(valores: list[float], p: int) -> float:
    return round(sorted(valores)[min(len(valores) - 1, len(valores) * p // 100)], 2) if valores else 0.0


def _escrever(figuras: dict[str, Any]) -> None:
    linhas = [
        [nome, *(str(f[c]) if isinstance(f[c], int) else numero(f[c], 2) for c in
                 ("lotes", "p50_s", "p99_s", "maximo_s", "recusas", "recusa_p99_s", "perdidos", "acabou_s"))]
        for nome, f in ((f"{ORGAOS} órgãos, um lote cada", figuras["pequenos"]),
                        (f"a primeira carga, {CONEXOES_DO_GRANDE} conexões", figuras["grande"]))
    ]  # fmt: skip
    p99 = max(figuras["pequenos"][nome] for nome in ("p99_s", "recusa_p99_s"))
    escrever_tabela(
        f"A corrida das duas da manhã: lotes de {LOTE}; {numero(figuras['documentos_por_segundo'])} documentos/s,"
        f" até {figuras['memoria_mb']} MB no servidor",
        ["quem", "aceitos", "p50", "p99", "máximo", "recusas", "p99 delas", "perdidos", "acabou"], linhas,
        ["Segundos. Recusa é a da remessa inteira, depois da espera; o cliente a reenvia até 15 vezes.",
         meta(f"lote aceito ou recusado em menos de {META_P99:.0f} s no p99 ({numero(p99, 1)} s)", p99 < META_P99)],
    )  # fmt: skip
