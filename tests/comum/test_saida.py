"""Os pedidos a endereços que outros escolheram: aonde se vai, por quanto tempo, e o que se lê."""

import socket
import threading
import time

import pytest

from pen.comum import saida
from pen.comum.saida import EnderecoRecusado, SemResposta, ler_endereco, postar
from tests.receptor import NOME, Dns, fazer_certificado, receptor_ligado


@pytest.fixture
def dns(monkeypatch):
    return Dns(monkeypatch)


@pytest.fixture
def receptor(dns):
    with receptor_ligado() as ligado:
        yield ligado


@pytest.fixture
def confiar(monkeypatch):
    """Confia só num certificado, como o ``SSL_CERT_FILE`` de um órgão."""

    def em(certificado: str) -> None:
        monkeypatch.setenv("SSL_CERT_FILE", certificado)
        saida._certificados.cache_clear()

    yield em
    saida._certificados.cache_clear()


def mandar(endereco, *, segundos=5.0, na_maquina=True):
    return postar(endereco, corpo=b"{}", cabecalhos={"X-Teste": "sim"}, segundos=segundos, na_maquina=na_maquina)


@pytest.mark.parametrize(
    "endereco",
    [
        "http://exemplo.gov.br/", "ftp://exemplo.gov.br/", "https://exemplo", "https://ana:senha@exemplo.gov.br/",
        "https://exemplo.gov.br:22/", "https://exemplo.gov.br:80/", "https://exemplo.gov.br:70000/", "https://[::1]/",
        "https://exemplo.gov.br\\@10.0.0.1/", "https://exemplo.gov.br/ x", "https://exemplo.gov.br/\r\nX: y", "https://exemplo.gov.br#x",
        "https://127.0.0.1/", "https://10.1.2.3/", "https://169.254.169.254/", "//exemplo.gov.br/", "", "https://éxemplo.gov.br/",
        "https://exemplo.gov.br/" + "x" * 500,
    ],
)  # fmt: skip
def test_so_se_aceita_https_de_nome_publico_em_porta_certa(endereco):
    with pytest.raises(EnderecoRecusado):
        ler_endereco(endereco)


@pytest.mark.parametrize(
    "endereco", ["https://exemplo.gov.br", "https://exemplo.gov.br:8443/a/b?c=d&e=%20", "https://a.b-c.gov.br/"]
)
def test_o_endereco_comum_se_aceita(endereco):
    assert ler_endereco(endereco).cifrado


@pytest.mark.parametrize(
    "ip",
    [
        "127.0.0.1", "10.0.0.1", "172.16.5.5", "192.168.1.1", "0.0.0.0", "169.254.169.254", "100.64.0.1", "100.100.100.200",
        "224.0.0.1", "240.0.0.1", "255.255.255.255", "168.63.129.16", "192.0.2.1", "::1", "::", "fe80::1", "fc00::1",
        "fd00:ec2::254", "ff02::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "64:ff9b::a00:1", "2002:a00:1::", "2001::1", "fec0::1",
    ],
)  # fmt: skip
def test_o_nome_que_leva_para_dentro_nao_se_alcanca(dns, ip):
    dns.levar([ip])
    with pytest.raises(EnderecoRecusado):
        mandar(f"https://{NOME}/", na_maquina=False)


def test_um_endereco_de_dentro_no_meio_dos_publicos_recusa_todos(dns):
    dns.levar(["203.0.114.1", "10.0.0.1"])
    with pytest.raises(EnderecoRecusado):
        mandar(f"https://{NOME}/", na_maquina=False)


def test_a_permissao_de_teste_so_vale_para_a_propria_maquina(dns):
    dns.levar(["10.0.0.1"])
    with pytest.raises(EnderecoRecusado):
        mandar(f"https://{NOME}/")


def test_liga_se_ao_endereco_conferido_sem_perguntar_o_nome_outra_vez(dns, receptor, monkeypatch):
    ligacoes = []
    de_verdade = socket.create_connection
    monkeypatch.setattr(
        socket, "create_connection", lambda para, *p, **o: ligacoes.append(para) or de_verdade(para, *p, **o)
    )
    dns.levar(["127.0.0.1"], ["10.0.0.1"], ["169.254.169.254"])

    assert mandar(receptor.endereco) == 200
    assert ligacoes == [("127.0.0.1", receptor.server_port)] and dns.perguntas == 1
    with pytest.raises(EnderecoRecusado):  # na tentativa seguinte, o nome já leva a outro lugar
        mandar(receptor.endereco)
    assert len(ligacoes) == 1 and len(receptor.pedidos) == 1


def test_se_um_endereco_do_nome_nao_atende_tenta_se_o_outro(dns, receptor):
    dns.levar(["127.0.0.2", "127.0.0.1"])
    assert mandar(receptor.endereco) == 200


def test_o_pedido_vai_com_o_nome_e_o_caminho(receptor):
    mandar(receptor.endereco)
    ((caminho, cabecalhos, corpo),) = receptor.pedidos
    assert caminho == "/avisos?de=pen" and cabecalhos["host"] == f"{NOME}:{receptor.server_port}"
    assert (corpo, cabecalhos["x-teste"]) == (b"{}", "sim")


def test_em_https_o_certificado_se_confere_com_o_nome(dns, tmp_path, confiar):
    certificado = fazer_certificado(tmp_path)
    confiar(certificado)
    with receptor_ligado(certificado) as receptor:
        assert mandar(receptor.endereco) == 200
        assert receptor.nomes_pedidos == [NOME]
        dns.levar(["127.0.0.1"], nome="outro.orgao.exemplo")
        with pytest.raises(SemResposta, match="certificado"):
            mandar(receptor.endereco.replace(NOME, "outro.orgao.exemplo"))
    assert len(receptor.pedidos) == 1


def test_certificado_em_que_ninguem_confia_nao_recebe_nada(dns, tmp_path):
    with receptor_ligado(fazer_certificado(tmp_path)) as receptor, pytest.raises(SemResposta, match="certificado"):
        mandar(receptor.endereco)
    assert receptor.pedidos == []


@pytest.mark.parametrize("defeito", ["demora", "gotas"])
def test_quem_demora_ou_pinga_nao_passa_do_tempo(receptor, defeito):
    setattr(receptor, defeito, {"demora": 3, "gotas": 0.05}[defeito])
    inicio = time.monotonic()
    with pytest.raises(SemResposta, match="segundos"):
        mandar(receptor.endereco, segundos=0.5)
    assert time.monotonic() - inicio < 1.5


def test_de_uma_resposta_enorme_so_se_le_o_comeco(receptor):
    receptor.corpo = b"x" * 50_000_000
    assert mandar(receptor.endereco) == 200
    time.sleep(0.2)
    assert receptor.mandados < 20_000_000  # o que coube nos soquetes antes de a ligação cair


def test_redirecionamento_nao_se_segue(receptor):
    receptor.situacao, receptor.cabecalhos = 302, {"Location": "/outro"}
    assert mandar(receptor.endereco) == 302
    assert len(receptor.pedidos) == 1


def test_o_proxy_do_ambiente_nao_escolhe_por_nos(receptor, monkeypatch):
    for nome in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(nome, "http://10.0.0.1:3128")
    assert mandar(receptor.endereco) == 200


def test_quem_nao_atende_nao_existe_ou_nao_fala_http_e_uma_frase(dns, receptor):
    with pytest.raises(SemResposta, match="ligação"):
        mandar(f"http://{NOME}:1025/")
    with pytest.raises(SemResposta, match="nome"):
        mandar(f"http://{'a' * 70}.exemplo.gov.br:8443/")
    with socket.create_server(("127.0.0.1", 0)) as mudo:
        mudo.settimeout(5)

        def responder():
            cliente, _ = mudo.accept()
            cliente.recv(65536)
            cliente.sendall(b"SSH-2.0-x\r\n\r\n")
            cliente.close()

        linha = threading.Thread(target=responder)
        linha.start()
        with pytest.raises(SemResposta, match="HTTP"):
            mandar(f"http://{NOME}:{mudo.getsockname()[1]}/")
        linha.join()
