"""A recepção com servidor, processos e conexões de verdade: morte súbita, concorrência, corpos enormes."""

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import psutil
import psycopg
import pytest
from lxml import etree

from pen.protocolo_integrado.interfaces.soap.cliente import ClienteSoap, FalhaDoServico
from tests.sistema.conftest import esperar_servidor
from tests.sistema.documentos import documento, numero

pytestmark = pytest.mark.sistema
MB = 2**20


def cliente(servidor, instalacao, orgao="A1"):
    return ClienteSoap(servidor.soap, orgao=orgao, senha=instalacao.orgaos[orgao])


def enviar(servidor, instalacao, documentos, orgao="A1"):
    with cliente(servidor, instalacao, orgao) as quem:
        return quem.enviar(documentos)


def todos_ao_mesmo_tempo(tarefas):
    """Roda as tarefas em linhas que partem juntas; devolve os resultados na ordem."""
    largada = threading.Barrier(len(tarefas))

    def partir(tarefa):
        largada.wait()
        return tarefa()

    with ThreadPoolExecutor(len(tarefas)) as linhas:
        return list(linhas.map(partir, tarefas))


def impasses(instalacao):
    return instalacao.consultar("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")[0][0]


# --- Morte súbita


def test_matar_o_servidor_no_meio_da_remessa_nao_deixa_metade_e_o_reenvio_completa(instalacao):
    lote = [documento("10001", n, movimentos=30, tamanho=300) for n in range(100)]
    with instalacao.servindo() as servidor, psycopg.connect(instalacao.url) as trava, ThreadPoolExecutor() as linhas:
        trava.execute("LOCK TABLE protocolo_integrado_remessa IN SHARE MODE")  # o recibo é a última coisa da transação
        envio = linhas.submit(enviar, servidor, instalacao, lote)
        esperar_alguem_travado(instalacao)
        servidor.matar()
        with pytest.raises(FalhaDoServico):
            envio.result(20)
        trava.rollback()
    assert all(linhas == [] for linhas in instalacao.guardado("A1", "10001").values())

    with instalacao.servindo("--processos", 1, porta=servidor.porta) as de_novo:
        assert enviar(de_novo, instalacao, lote) == ["Ok!"] * 100

    guardado = instalacao.guardado("A1", "10001")
    assert {t: len(linhas) for t, linhas in guardado.items()} == {"registro": 100, "andamento": 3000, "interessado": 200}


def esperar_alguem_travado(instalacao):
    fim = time.monotonic() + 20
    esperando = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    while not instalacao.consultar(esperando):
        assert time.monotonic() < fim, "a remessa não chegou à tabela travada"
        time.sleep(0.05)


def test_matar_num_momento_qualquer_e_reenviar_da_o_mesmo_que_enviar_uma_vez(instalacao):
    lote = [documento("10003", n, movimentos=30, tamanho=300) for n in range(100)]
    with instalacao.servindo("--processos", 1) as servidor, ThreadPoolExecutor() as linhas:
        envio = linhas.submit(enviar, servidor, instalacao, lote)
        time.sleep(random.uniform(0.02, 0.3))
        servidor.matar()
        envio.exception(20)
    assert len(instalacao.guardado("A1", "10003")["registro"]) in {0, 100}

    with instalacao.servindo("--processos", 1) as servidor:
        enviar(servidor, instalacao, lote)
        enviar(servidor, instalacao, lote, "B2")

    assert instalacao.guardado("A1", "10003") == instalacao.guardado("B2", "10003")


def test_matar_um_dos_processos_nao_para_o_servico_e_matar_o_principal_nao_deixa_filhos(instalacao):
    with instalacao.servindo() as servidor:
        fim = time.monotonic() + 20
        while (
            len(atendem := servidor.escutando()) < 2
        ):  # um responde antes do outro; só os dois prontos é que um pode faltar
            assert time.monotonic() < fim, servidor.registro()
            time.sleep(0.05)
        atendem[-1].kill()
        atendem[-1].wait(5)
        assert [enviar(servidor, instalacao, [documento("10004", n)]) for n in range(6)] == [["Ok!"]] * 6

        filhos = servidor.familia()[1:]
        servidor.processo.kill()
        servidor.processo.wait(5)
        _, restantes = psutil.wait_procs(filhos, timeout=3)
        vivos = [p for p in restantes if p.status() != psutil.STATUS_ZOMBIE]  # o zumbi é de quem devia recolhê-lo
        for vivo in vivos:
            vivo.kill()

    assert not vivos


# --- Concorrência


def test_a_mesma_remessa_por_oito_conexoes_termina_como_enviada_uma_vez(servidor, instalacao):
    lote, antes = [documento("20001", n) for n in range(100)], impasses(instalacao)

    respostas = todos_ao_mesmo_tempo([lambda: enviar(servidor, instalacao, lote)] * 8)
    enviar(servidor, instalacao, lote, "B2")

    assert respostas == [["Ok!"] * 100] * 8
    assert instalacao.guardado("A1", "20001") == instalacao.guardado("B2", "20001")
    assert impasses(instalacao) == antes


def test_recibos_das_oito_dizem_que_so_uma_trouxe_novidade(servidor, instalacao):
    lote = [documento("20002", n) for n in range(100)]
    marca = instalacao.consultar("SELECT now()")[0][0]

    todos_ao_mesmo_tempo([lambda: enviar(servidor, instalacao, lote)] * 8)

    recibos = instalacao.consultar(
        "SELECT novos, repetidos, andamentos_novos FROM protocolo_integrado_remessa WHERE recebida_em > %s ORDER BY novos",
        marca,
    )
    assert recibos == [(0, 100, 0)] * 7 + [(100, 0, 800)]


def test_dois_orgaos_intercalados_nos_mesmos_numeros_nao_se_misturam(servidor, instalacao):
    lote = [documento("20003", n) for n in range(50)]

    respostas = todos_ao_mesmo_tempo([lambda o=orgao: enviar(servidor, instalacao, lote, o) for orgao in ("A1", "B2") * 4])

    assert respostas == [["Ok!"] * 50] * 8
    assert instalacao.guardado("A1", "20003") == instalacao.guardado("B2", "20003")


def test_remessas_cruzadas_em_ordens_diferentes_nao_entram_em_impasse(servidor, instalacao):
    acaso, antes = random.Random(7), impasses(instalacao)
    lotes = [
        [documento("20004", n, movimentos=m % 5 + 1) for m, n in enumerate(acaso.sample(range(80), 60))] for _ in range(24)
    ]

    def linha(k):
        with cliente(servidor, instalacao, ("A1", "B2")[k % 2]) as quem:
            return [resultado for lote in lotes[k::8] for resultado in quem.enviar(lote)]

    respostas = todos_ao_mesmo_tempo([lambda k=k: linha(k) for k in range(8)])

    assert {resultado for resposta in respostas for resultado in resposta} == {"Ok!"}
    assert impasses(instalacao) == antes
    assert len({linha[0] for linha in instalacao.guardado("A1", "20004")["registro"]}) == 80


def test_um_orgao_lento_nao_prende_quem_envia_outros_numeros(servidor, instalacao):
    with psycopg.connect(instalacao.url) as trava, ThreadPoolExecutor() as linhas:
        trava.execute(
            "SELECT pg_advisory_xact_lock(5260622, %s)", [__import__("zlib").crc32(numero("20005", 1).encode()) - 2**31]
        )
        preso = linhas.submit(enviar, servidor, instalacao, [documento("20005", 1)])
        esperar_alguem_travado(instalacao)

        assert enviar(servidor, instalacao, [documento("20005", 2)]) == ["Ok!"]

        trava.rollback()
        assert preso.result(10) == ["Ok!"]


# --- Corpos enormes


def pedacos(total, pedaco=b" " * MB):
    for _ in range(total // len(pedaco)):
        yield pedaco


def vigiar_memoria(servidor, acao):
    """O que ``acao`` devolve, e quantos MB os processos do servidor chegaram a crescer enquanto ela rodava."""
    inicial, maior, parar = servidor.memoria(), [0], threading.Event()

    def olhar():
        while not parar.wait(0.02):
            maior[0] = max(maior[0], servidor.memoria())

    vigia = threading.Thread(target=olhar)
    vigia.start()
    try:
        return acao(), maior[0] - inicial
    finally:
        parar.set()
        vigia.join()


@pytest.mark.parametrize("declarado", [True, False], ids=["content-length", "chunked"])
@pytest.mark.parametrize(("senha", "codigo"), [(None, "NF001"), ("certa", "NF002")], ids=["sem senha", "com senha"])
def test_duzentos_megabytes_recebem_o_fault_do_contrato_sem_encher_a_memoria(
    servidor, instalacao, declarado, senha, codigo
):
    cabecalhos = {"Content-Type": "text/xml", **({"Content-Length": str(200 * MB)} if declarado else {})}
    autorizacao = ("A1", instalacao.orgaos["A1"]) if senha else ("A1", "errada")

    def postar():
        return httpx.post(servidor.soap, content=pedacos(200 * MB), headers=cabecalhos, auth=autorizacao, timeout=60)

    resposta, cresceu = vigiar_memoria(servidor, postar)

    assert resposta.status_code == 500 and etree.fromstring(resposta.content).findtext(".//codigoFault") == codigo
    assert cresceu < 100


def test_duzentos_megabytes_no_rest_recebem_detail(servidor, instalacao):
    cabecalhos = {"Authorization": f"Bearer {token(servidor, instalacao)}", "Content-Length": str(200 * MB)}

    def postar():
        endereco = f"{servidor.base}/ProtocoloWS/rest/enviarListaDocumentos"
        return httpx.post(endereco, content=pedacos(200 * MB), headers=cabecalhos, timeout=60)

    resposta, cresceu = vigiar_memoria(servidor, postar)

    assert resposta.status_code == 400
    assert "32 MB" in resposta.json()["detail"] and cresceu < 100


@pytest.mark.parametrize("recheio", [b"<a/>", b"<Documento/>", b"<a>x</a>"], ids=repr)
def test_trinta_megabytes_de_elementos_minusculos_nao_estouram_a_memoria(servidor, instalacao, recheio):
    prefixo, _, sufixo = envelope_de(b"@").partition(b"@")
    corpo = prefixo + recheio * (30 * MB // len(recheio)) + sufixo

    def postar():
        return httpx.post(servidor.soap, content=corpo, auth=("A1", instalacao.orgaos["A1"]), timeout=60)

    resposta, cresceu = vigiar_memoria(servidor, postar)

    assert etree.fromstring(resposta.content).findtext(".//codigoFault") == "NF002"
    assert cresceu < 300


@pytest.mark.parametrize("recheio", [b"{},", b"[],", b'"",'], ids=repr)
def test_trinta_megabytes_de_itens_minusculos_no_rest_nao_estouram_a_memoria(servidor, instalacao, recheio):
    corpo = b'{"documentos": [' + recheio * (30 * MB // len(recheio)) + b"{}]}"
    cabecalhos = {"Authorization": f"Bearer {token(servidor, instalacao)}"}

    def postar():
        return httpx.post(
            f"{servidor.base}/ProtocoloWS/rest/enviarListaDocumentos", content=corpo, headers=cabecalhos, timeout=60
        )

    resposta, cresceu = vigiar_memoria(servidor, postar)

    assert resposta.status_code == 400 and resposta.json()["detail"].startswith("NF002")
    assert cresceu < 300


def token(servidor, instalacao):
    login = {"codigoOrgao": "A1", "senha": instalacao.orgaos["A1"]}
    return httpx.post(f"{servidor.base}/ProtocoloWS/rest/autenticarPorOrgao", json=login).json()["id_token"]


def envelope_de(lista):
    return (
        b'<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body>'
        b'<n:enviarListaDocumentos xmlns:n="http://endpoint.ws.protocolo.gov.br/"><ListaDocumentos>' + lista +
        b"</ListaDocumentos></n:enviarListaDocumentos></S:Body></S:Envelope>"
    )  # fmt: skip


def test_servidor_continua_atendendo_depois_de_tudo(servidor, instalacao):
    esperar_servidor(servidor)

    assert enviar(servidor, instalacao, [documento("20009", 1)]) == ["Ok!"]


# --- Fios crus


def conversar(servidor, bruto, esperar=5.0):
    import socket

    with socket.create_connection(("127.0.0.1", servidor.porta), timeout=esperar) as soquete:
        soquete.sendall(bruto)
        try:
            return soquete.recv(65536)
        except TimeoutError:
            return b""


@pytest.mark.parametrize("tamanho", ["abc", "-1", "99999999999999999999999999", "1e3", "5, 6"])
def test_content_length_absurdo_nao_derruba_o_servico(servidor, tamanho):
    resposta = conversar(
        servidor,
        f"POST /ProtocoloWS/integradorService HTTP/1.1\r\nHost: localhost\r\nContent-Length: {tamanho}\r\n\r\n".encode(),
    )

    assert b"500" not in resposta[:20] or b"Fault" in resposta


def test_corpo_vazio_recebe_fault(servidor, instalacao):
    resposta = httpx.post(servidor.soap, content=b"", auth=("A1", instalacao.orgaos["A1"]))

    assert etree.fromstring(resposta.content).findtext(".//codigoFault") == "NF002"


def test_http_1_0_com_head_como_os_modulos_antigos(servidor):
    resposta = conversar(
        servidor, b"HEAD /ProtocoloWS/integradorService?wsdl HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    )

    assert resposta.startswith(b"HTTP/1.1 200 OK\r\n") and resposta.endswith(b"\r\n\r\n")
