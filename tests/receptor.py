"""Um receptor de webhooks de verdade, e o DNS que leva a ele."""

import socket
import ssl
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

NOME = "sistema.orgao.exemplo"


class Receptor(ThreadingHTTPServer):
    """Guarda os pedidos; responde ``situacao`` depois de ``demora`` segundos, com ``cabecalhos`` e ``corpo``."""

    daemon_threads = True
    request_queue_size = 128  # com a de cinco, muitas ligações ao mesmo tempo caem

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Tratador)
        self.pedidos: list[tuple[str, dict[str, str], bytes]] = []
        self.situacao, self.demora, self.corpo, self.cabecalhos, self.gotas = 200, 0.0, b"", {}, 0.0
        self.mandados, self.nomes_pedidos = 0, []
        self.ao_receber = lambda: None
        self.esquema = "http"

    @property
    def endereco(self) -> str:
        return f"{self.esquema}://{NOME}:{self.server_port}/avisos?de=pen"

    def ids(self) -> list[str]:
        return [cabecalhos["webhook-id"] for _, cabecalhos, _ in self.pedidos]

    def handle_error(self, request, client_address):
        """Quem desiste no meio é o que se quer ver."""


class Tratador(BaseHTTPRequestHandler):
    server: Receptor

    def do_POST(self):
        corpo = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.pedidos.append((self.path, {n.lower(): v for n, v in self.headers.items()}, corpo))
        self.server.ao_receber()
        time.sleep(self.server.demora)
        if self.server.gotas:  # os cabeçalhos, um byte de cada vez, sem nunca acabar
            self.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
            while True:
                self.wfile.write(b"x")
                time.sleep(self.server.gotas)
        self.send_response(self.server.situacao)
        for nome, valor in self.server.cabecalhos.items():
            self.send_header(nome, valor)
        self.send_header("Content-Length", str(len(self.server.corpo)))
        self.end_headers()
        for inicio in range(0, len(self.server.corpo), 65536):
            self.server.mandados += self.wfile.write(self.server.corpo[inicio : inicio + 65536])

    def log_message(self, *partes):
        pass


@contextmanager
def receptor_ligado(certificado: str = ""):
    """Um receptor em HTTP ou, com o certificado, em HTTPS."""
    receptor = Receptor()
    if certificado:
        contexto = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        contexto.load_cert_chain(certificado)
        contexto.sni_callback = lambda _, nome, __: receptor.nomes_pedidos.append(nome)
        receptor.socket = contexto.wrap_socket(receptor.socket, server_side=True)
        receptor.esquema = "https"
    linha = threading.Thread(target=receptor.serve_forever, daemon=True)
    linha.start()
    try:
        yield receptor
    finally:
        receptor.shutdown()
        receptor.server_close()


def fazer_certificado(pasta, nome: str = NOME) -> str:
    """O caminho de um certificado do nome, assinado por si, com a chave junto."""
    chave, agora = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    quem = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, nome)])
    certificado = (
        x509.CertificateBuilder().subject_name(quem).issuer_name(quem).public_key(chave.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(agora - timedelta(days=1))
        .not_valid_after(agora + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(nome)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(chave, hashes.SHA256())
    )  # fmt: skip
    arquivo = pasta / f"{nome}.pem"
    da_chave = chave.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    arquivo.write_bytes(certificado.public_bytes(Encoding.PEM) + da_chave)
    return str(arquivo)


class Dns:
    """O que os nomes respondem; com várias listas, uma a cada pergunta."""

    def __init__(self, monkeypatch) -> None:
        self.respostas: dict[str, list[list[str]]] = {NOME: [["127.0.0.1"]]}
        self.perguntas = 0
        de_verdade = socket.getaddrinfo

        def responder(host, porta, *partes, **opcoes):
            if host not in self.respostas:
                return de_verdade(host, porta, *partes, **opcoes)
            self.perguntas += 1
            respostas = self.respostas[host]
            ips = respostas.pop(0) if len(respostas) > 1 else respostas[0]
            return [_achado(ip, porta) for ip in ips]

        monkeypatch.setattr(socket, "getaddrinfo", responder)

    def levar(self, *respostas: list[str], nome: str = NOME) -> None:
        self.respostas[nome] = list(respostas)


def _achado(ip, porta):
    if ":" in ip:
        return (socket.AF_INET6, socket.SOCK_STREAM, 6, "", (ip, porta, 0, 0))
    return (socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, porta))
