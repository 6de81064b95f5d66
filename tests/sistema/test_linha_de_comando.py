"""``pen remessa`` e ``pen servir`` como uma pessoa os usa: do arquivo ao registro, e o que dizem quando algo vai mal."""

import datetime
import json
import os
import pty
import signal
import socket
import ssl
import subprocess
import sys
import termios
import time
from ipaddress import ip_address

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from pen.config.cli import principal
from pen.protocolo_integrado.interfaces.soap.cliente import ClienteSoap, FalhaDoServico
from tests.sistema.conftest import PEN, instalacao_nova, porta_livre
from tests.sistema.documentos import arquivo_de_remessa, documento, numero

pytestmark = pytest.mark.sistema


@pytest.fixture
def remessa(tmp_path):
    """Escreve um arquivo de remessa com documentos de um prefixo, mais o que se quiser."""

    def escrever(prefixo, quantos, *, extras=(), movimentos=2):
        arquivo = tmp_path / f"remessa-{prefixo}.xml"
        arquivo_de_remessa(arquivo, [*(documento(prefixo, n, movimentos=movimentos) for n in range(quantos)), *extras])
        return arquivo

    return escrever


@pytest.fixture
def pen(monkeypatch, capsys):
    """Roda ``pen …`` neste mesmo processo, do ponto de entrada à saída: o mesmo resultado, sem pagar a partida."""

    def rodar(*argumentos):
        monkeypatch.setattr(sys, "argv", ["pen", *map(str, argumentos)])
        sinais = {sinal: signal.getsignal(sinal) for sinal in (signal.SIGTERM, signal.SIGHUP)}
        capsys.readouterr()
        try:
            with pytest.raises(SystemExit) as saida:
                principal()
        finally:
            for sinal, tratador in sinais.items():
                signal.signal(sinal, tratador)
        return subprocess.CompletedProcess(sys.argv, saida.value.code, *capsys.readouterr())

    return rodar


@pytest.fixture
def enviar(pen, servidor, senha_em):
    def rodar(arquivo, *opcoes, para=None, orgao="A1", senha=None):
        return pen(
            "remessa", "enviar", arquivo, "--para", para or servidor.soap, "--orgao", orgao,
            "--senha-arquivo", senha_em(orgao, senha), *opcoes,
        )  # fmt: skip

    return rodar


def frase_de_erro(feito, codigo):
    """A única frase do erro, depois de conferir a saída e que não há rastro de pilha nem erro não traduzido."""
    assert feito.returncode == codigo, (feito.stdout, feito.stderr)
    assert "Traceback" not in feito.stderr + feito.stdout
    linhas = [linha for linha in feito.stderr.splitlines() if linha.strip()]
    assert len(linhas) == 1 and linhas[0].startswith("Erro: "), feito.stderr
    assert "PEN_RASTRO" not in feito.stderr, f"erro que ninguém previu: {feito.stderr}"
    return linhas[0]


# --- pen remessa enviar


def test_enviar_leva_o_arquivo_inteiro_ao_registro(instalacao, servidor, senha_em, remessa):
    feito = instalacao.pen(
        "remessa", "enviar", remessa("40001", 120), "--para", servidor.soap, "--orgao", "A1",
        "--senha-arquivo", senha_em(), "--json",
    )  # fmt: skip

    assert feito.returncode == 0, feito.stderr
    assert json.loads(feito.stdout) == {"aceitos": 120, "ja_enviados": 0, "recusados": []}
    assert len(instalacao.guardado("A1", "40001")["registro"]) == 120


def test_enviar_de_novo_nao_envia_o_que_ja_foi_e_do_inicio_envia(enviar, remessa):
    arquivo = remessa("40002", 5)
    enviar(arquivo)

    assert json.loads(enviar(arquivo, "--json").stdout)["ja_enviados"] == 5
    assert json.loads(enviar(arquivo, "--json", "--do-inicio").stdout)["aceitos"] == 5


def test_documento_recusado_sai_com_a_linha_e_o_motivo_e_os_outros_entram(enviar, remessa, instalacao):
    feito = enviar(remessa("40003", 3, extras=["<Documento><Protocolo>S/N</Protocolo></Documento>"]))

    assert feito.returncode == 1 and "3 aceitos, 0 já enviados antes, 1 recusados." in feito.stdout
    assert "remessa-40003.xml, linha 6, protocolo S/N: NF003" in feito.stdout
    assert len(instalacao.guardado("A1", "40003")["registro"]) == 3


def test_csv_vira_remessa_juntando_as_linhas_do_mesmo_protocolo(enviar, tmp_path, instalacao):
    arquivo = tmp_path / "remessa.csv"
    arquivo.write_text(
        "protocolo;data_producao;especie;assunto;interessados;movimento_data;movimento_unidade;movimento_operacao\n"
        f"{numero('40004', 1)};04/03/2024;Processo;Férias;Ana|Beto;05/03/2024 10:00;PROT;Recebido\n"
        f"{numero('40004', 1)};;;;;06/03/2024 11:00;PROT;Concluído\n"
        f"{numero('40004', 2)};01/02/1890;Processo;Sesmaria;;;;\n",
        encoding="cp1252",
    )

    assert json.loads(enviar(arquivo, "--json").stdout)["aceitos"] == 2
    guardado = instalacao.guardado("A1", "40004")
    assert {t: len(linhas) for t, linhas in guardado.items()} == {"registro": 2, "andamento": 2, "interessado": 2}


def test_matar_o_envio_no_meio_e_rodar_de_novo_continua_e_nao_dobra_nada(instalacao, servidor, senha_em, remessa, enviar):
    arquivo = remessa("40005", 1200, movimentos=4)
    diario = arquivo.with_name(f"{arquivo.name}.enviados")
    comando = [*PEN, "remessa", "enviar", arquivo, "--para", servidor.soap, "--orgao", "A1", "--senha-arquivo", senha_em()]
    primeiro = subprocess.Popen(list(map(str, comando)), env=instalacao.ambiente, stderr=subprocess.DEVNULL)
    while not (diario.exists() and diario.stat().st_size > 200 * 65):
        assert primeiro.poll() is None
        time.sleep(0.005)
    primeiro.kill()
    primeiro.wait(5)

    resumo = json.loads(enviar(arquivo, "--json").stdout)

    assert resumo["aceitos"] + resumo["ja_enviados"] == 1200 and 200 <= resumo["ja_enviados"] < 1200
    guardado = instalacao.guardado("A1", "40005")
    assert (len(guardado["registro"]), len(guardado["andamento"])) == (1200, 4800)


def test_interromper_com_ctrl_c_sai_com_130_e_sem_rastro(instalacao, servidor, senha_em, remessa):
    arquivo = remessa("40006", 1200)
    comando = [*PEN, "remessa", "enviar", arquivo, "--para", servidor.soap, "--orgao", "A1", "--senha-arquivo", senha_em()]
    envio = subprocess.Popen(list(map(str, comando)), env=instalacao.ambiente, stderr=subprocess.PIPE, text=True)
    while not arquivo.with_name(f"{arquivo.name}.enviados").exists():
        time.sleep(0.005)
    envio.send_signal(signal.SIGINT)

    _, erros = envio.communicate(timeout=20)

    assert envio.returncode == 130 and "Traceback" not in erros


def test_numa_tela_ha_barra_com_ritmo_e_tempo_que_falta(instalacao, servidor, senha_em, remessa):
    mestre, escravo = pty.openpty()
    termios.tcsetwinsize(escravo, (24, 120))
    comando = [
        *PEN,
        "remessa",
        "enviar",
        remessa("40007", 150),
        "--para",
        servidor.soap,
        "--orgao",
        "A1",
        "--senha-arquivo",
        senha_em(),
    ]

    with subprocess.Popen(list(map(str, comando)), env=instalacao.ambiente, stdout=subprocess.DEVNULL, stderr=escravo):
        os.close(escravo)
        visto = "".join(ler_terminal(mestre))

    assert "100%" in visto and "150 de 150 documentos" in visto and "faltam" in visto


def ler_terminal(mestre):
    try:
        while pedaco := os.read(mestre, 65536):
            yield pedaco.decode(errors="replace")
    except OSError:  # o outro lado fechou
        os.close(mestre)


# --- pen remessa conferir


def test_conferir_arquivo_bom_diz_que_nao_ha_problema(pen, remessa):
    feito = pen("remessa", "conferir", remessa("41001", 3))

    assert feito.returncode == 0 and feito.stdout == "3 documentos, 0 problemas.\n"


def test_conferir_diz_a_linha_e_o_motivo_em_portugues(pen, tmp_path):
    arquivo = tmp_path / "ruim.xml"
    sem_assunto = documento("41002", 1).replace("<Assunto>Assunto do processo 1</Assunto>", "")
    futuro = documento("41002", 2).replace("2024-03-04T00:00:00-03:00", "2999-03-04T00:00:00-03:00")
    arquivo_de_remessa(
        arquivo, [documento("41002", 0), sem_assunto, futuro, documento("41002", 3).replace("2024-03-04T00", "04/03")]
    )

    feito = pen("remessa", "conferir", arquivo, "--json")

    problemas = {p["linha"]: p["motivo"] for p in json.loads(feito.stdout)["problemas"]}
    assert feito.returncode == 1 and list(problemas) == [4, 5, 6]
    assert "Assunto" in problemas[4] and "futuro" in problemas[5] and "não é data" in problemas[6]


def test_conferir_diz_a_linha_certa_em_arquivo_de_cem_mil_linhas(pen, tmp_path):
    arquivo = tmp_path / "longo.xml"
    arquivo_de_remessa(arquivo, ["\n" * 100_000 + "<Documento><Protocolo>1</Protocolo></Documento>"])

    feito = pen("remessa", "conferir", arquivo, "--json")

    assert {p["linha"] for p in json.loads(feito.stdout)["problemas"]} == {100_003}


def test_conferir_assunto_longo_ou_so_de_espacos_nao_demora(pen, tmp_path):
    arquivo = tmp_path / "espacos.xml"
    original = documento("41003", 0)
    arquivo_de_remessa(
        arquivo,
        [original.replace("Assunto do processo 0", texto) for texto in (" " * 15_000, "a " * 7_500, " " * 15_000 + "a")],
    )
    inicio = time.monotonic()

    feito = pen("remessa", "conferir", arquivo)

    assert "linha 3: Assunto veio vazio." in feito.stdout and "3 documentos, 1 problemas." in feito.stdout
    assert time.monotonic() - inicio < 10


def test_conferir_csv_diz_a_linha(pen, tmp_path):
    arquivo = tmp_path / "remessa.csv"
    arquivo.write_text(
        "protocolo,data_producao,especie,assunto\n1,04/03/2024,Processo,Férias\n2,31/02/2024,Processo,Férias\n"
    )

    feito = pen("remessa", "conferir", arquivo)

    assert feito.returncode == 1 and "remessa.csv, linha 3: NF005" in feito.stdout


@pytest.mark.parametrize(
    ("nome", "conteudo"),
    [
        ("vazio.xml", b""), ("texto.xml", b"nada"), ("truncado.xml", b"<ListaDocumentos><Documento>"), ("outro.xml", b"<a/>"),
        ("bomba.xml", b'<!DOCTYPE x [<!ENTITY a "b">]><ListaDocumentos>&a;</ListaDocumentos>'), ("binario.xml", b"\x00\xff" * 500),
        ("vazio.csv", b""), ("sem-colunas.csv", b"a,b\n1,2\n"), ("binario.csv", b"\x00\xff\n" * 500),
        ("aspas.csv", b'protocolo,data_producao,especie,assunto\n"1,2,3,4\n' + b"x" * 200_000),
    ],
)  # fmt: skip
def test_arquivo_que_nao_e_remessa_recebe_uma_frase(pen, tmp_path, nome, conteudo):
    arquivo = tmp_path / nome
    arquivo.write_bytes(conteudo)

    assert frase_de_erro(pen("remessa", "conferir", arquivo), 1)


# --- Usos errados


def test_servidor_que_nao_responde(enviar, remessa):
    assert "Não consegui falar com" in frase_de_erro(
        enviar(remessa("42001", 1), para=f"http://127.0.0.1:{porta_livre()}/x"), 1
    )


def test_senha_errada(enviar, remessa):
    assert "NF001" in frase_de_erro(enviar(remessa("42002", 1), senha="errada"), 1)


@pytest.mark.parametrize(
    "url", ["nada", "ftp://localhost/x", "http://", "http://[::1", "http://a b/", "http://localhost:99999/"]
)
def test_endereco_que_nao_se_entende(enviar, remessa, url):
    assert frase_de_erro(enviar(remessa("42003", 1), para=url), 1)


def test_endereco_que_existe_mas_nao_e_o_servico(enviar, remessa, servidor):
    assert "sem SOAP" in frase_de_erro(enviar(remessa("42004", 1), para=f"{servidor.base}/saude/"), 1)


def test_arquivo_de_senha_que_nao_e_texto(pen, remessa, servidor, tmp_path):
    senha = tmp_path / "senha"
    senha.write_bytes(b"\xff\xfe\x00")

    feito = pen(
        "remessa", "enviar", remessa("42005", 1), "--para", servidor.soap, "--orgao", "A1", "--senha-arquivo", senha
    )

    assert frase_de_erro(feito, 1)


def test_autoridade_que_nao_e_certificado(enviar, remessa, tmp_path):
    autoridade = tmp_path / "autoridade.pem"
    autoridade.write_text("não é um certificado")

    assert frase_de_erro(enviar(remessa("42006", 1), "--autoridade", autoridade), 1)


def test_pasta_onde_nao_se_pode_anotar(enviar, remessa):
    arquivo = remessa("42007", 1)
    arquivo.with_name(f"{arquivo.name}.enviados").mkdir()

    assert frase_de_erro(enviar(arquivo), 1)


@pytest.mark.parametrize(
    "argumentos",
    [
        ["remessa", "conferir", "/nao/existe.xml"], ["remessa", "conferir"], ["remessa", "conferir", "/"], ["remessa", "voar"],
        ["remessa", "enviar", "/etc/hostname"], ["remessa", "conferir", "/etc/hostname", "--nada"], ["voar"],
        ["remessa", "conferir", "/etc/hostname", "a-mais"], ["servir", "--porta", "abc"], ["servir", "--porta", "0"],
        ["servir", "--certificado", "/nao/existe.pem"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_uso_errado_sai_com_2_e_uma_frase(pen, argumentos):
    assert frase_de_erro(pen(*argumentos), 2)


# --- pen servir


def test_porta_ocupada_recebe_uma_frase(instalacao, servidor):
    comando = [*PEN, "servir", "--porta", str(servidor.porta)]
    outro = subprocess.Popen(comando, env=instalacao.ambiente, stderr=subprocess.PIPE, text=True)
    try:
        _, erros = outro.communicate(timeout=10)
    except subprocess.TimeoutExpired:
        outro.send_signal(signal.SIGINT)
        outro.communicate(timeout=15)
        pytest.fail("subiu um segundo servidor na mesma porta")

    assert str(servidor.porta) in frase_de_erro(subprocess.CompletedProcess(comando, outro.returncode, "", erros), 1)


def test_cada_pedido_deixa_uma_linha_com_a_rota_e_nada_do_que_se_digitou(instalacao):
    digitado = "12345678901234567"
    with instalacao.servindo(PEN_NIVEL_DE_LOG="INFO") as servidor:
        respostas = [
            httpx.get(f"{servidor.base}{onde}{digitado}") for onde in ("/protocolo/consulta/?numero=", "/api/v1/processos/")
        ]
        registro = servidor.registro()

    linhas = {linha["pedido"]: linha for linha in map(json.loads, registro.splitlines()) if linha["event"] == "pedido"}
    rotas = ["protocolo_integrado:consultar", "api-v1:consultar"]
    for resposta, rota in zip(respostas, rotas, strict=True):
        linha = linhas[resposta.headers["X-Pedido"]]
        assert (linha["rota"], linha["situacao"], linha["metodo"]) == (rota, resposta.status_code, "GET")
        assert linha.keys() == {"pedido", "rota", "metodo", "situacao", "ms", "event", "level", "logger", "em"}
    assert digitado not in registro


@pytest.fixture(scope="module")
def certificado(tmp_path_factory):
    """Um certificado autoassinado para localhost, e a chave dele."""
    pasta, chave = tmp_path_factory.mktemp("tls"), ec.generate_private_key(ec.SECP256R1())
    nome, agora = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")]), datetime.datetime.now(datetime.UTC)
    nomes = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))])
    assinado = (
        x509.CertificateBuilder().subject_name(nome).issuer_name(nome).public_key(chave.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(agora - datetime.timedelta(1))
        .not_valid_after(agora + datetime.timedelta(1)).add_extension(nomes, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True).sign(chave, hashes.SHA256())
    )  # fmt: skip
    (pasta / "certificado.pem").write_bytes(assinado.public_bytes(serialization.Encoding.PEM))
    formas = {"pkcs8": serialization.PrivateFormat.PKCS8, "sec1": serialization.PrivateFormat.TraditionalOpenSSL}
    for forma, valor in formas.items():
        pem = chave.private_bytes(serialization.Encoding.PEM, valor, serialization.NoEncryption())
        (pasta / f"{forma}.pem").write_bytes(pem)
    return pasta


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")  # o teste pede a versão velha de propósito
def test_servir_em_tls_atende_quem_confia_e_so_ele(instalacao, certificado, senha_em, remessa):
    pem, contexto = certificado / "certificado.pem", ssl.create_default_context(cafile=certificado / "certificado.pem")
    with instalacao.servindo("--certificado", pem, "--chave", certificado / "pkcs8.pem", confianca=contexto) as servidor:
        credencial = {"orgao": "A1", "senha": instalacao.orgaos["A1"]}
        with ClienteSoap(servidor.soap, **credencial, autoridade=pem) as confiante:
            assert confiante.maximo() == 300 and confiante.enviar([documento("43001", 1)]) == ["Ok!"]
        with (
            ClienteSoap(servidor.soap, **credencial) as desconfiado,
            pytest.raises(FalhaDoServico, match=r"(?i)certificate"),
        ):
            desconfiado.maximo()
        assert apertar_mao(servidor.porta, pem, ssl.TLSVersion.TLSv1_2) == "TLSv1.2"
        with pytest.raises((ssl.SSLError, OSError)):
            apertar_mao(servidor.porta, pem, ssl.TLSVersion.TLSv1_1)

        feito = instalacao.pen(
            "remessa", "enviar", remessa("43002", 2), "--para", f"{servidor.soap}?wsdl", "--orgao", "A1",
            "--senha-arquivo", senha_em(), "--autoridade", pem, "--json",
        )  # fmt: skip
        assert json.loads(feito.stdout)["aceitos"] == 2


def apertar_mao(porta, autoridade, versao):
    contexto = ssl.create_default_context(cafile=autoridade)
    contexto.set_ciphers("DEFAULT@SECLEVEL=0")
    contexto.minimum_version = contexto.maximum_version = versao
    with (
        socket.create_connection(("127.0.0.1", porta), 5) as cru,
        contexto.wrap_socket(cru, server_hostname="localhost") as tls,
    ):
        return tls.version()


@pytest.mark.parametrize("caso", ["sem chave", "chave que não é chave", "certificado que não é certificado"])
def test_tls_mal_configurado_recebe_uma_frase_e_o_servidor_nao_sobe(instalacao, certificado, tmp_path, caso):
    lixo = tmp_path / "lixo.pem"
    lixo.write_text("lixo")
    pem, chave = certificado / "certificado.pem", certificado / "pkcs8.pem"
    argumentos = {
        "sem chave": ["--certificado", pem], "chave que não é chave": ["--certificado", pem, "--chave", lixo],
        "certificado que não é certificado": ["--certificado", lixo, "--chave", chave],
    }[caso]  # fmt: skip

    assert frase_de_erro(instalacao.pen("servir", "--porta", porta_livre(), *argumentos), 1)


def test_volume_gera_com_varios_processos_e_apaga():
    with instalacao_nova("_volume") as de_medir:
        gerado = de_medir.pen("volume", "gerar", "1200", "--simultaneos", "2")
        assert (gerado.returncode, "1200 processos" in gerado.stdout) == (0, True), gerado.stderr
        assert de_medir.consultar("SELECT count(*) FROM protocolo_integrado_andamento") == [(9600,)]

        assert de_medir.pen("volume", "apagar").returncode == 0
        assert de_medir.consultar("SELECT count(*) FROM protocolo_integrado_registro") == [(0,)]
