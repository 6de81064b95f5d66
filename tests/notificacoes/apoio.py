"""O que os testes de avisos repetem: pessoas, avisos, um redator simples e servidores de verdade."""

import socket
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from aiosmtpd.controller import Controller
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend
from django.db import connection, connections, transaction
from django.utils import timezone

from pen.identidade.models import Pessoa
from pen.notificacoes.models import Aviso
from pen.notificacoes.public import AvisoNovo, Ritmo, Trecho, avisar, enviar_avisos
from tests.fabricas import pessoas


def fabricar_pessoa(email: str | None = None) -> Pessoa:
    """Uma pessoa sem papel nenhum; sem dizer o e-mail, um só dela."""
    return pessoas.fabricar_pessoa(forte=False, **({} if email is None else {"email": email}))


def pedir(
    pessoa: Pessoa, chave: str = "a", *, tipo: str = "teste", urgente: bool = False, ritmo: Ritmo = Ritmo.IMEDIATO,
    **dados: object,
) -> int:  # fmt: skip
    with transaction.atomic():
        return avisar([AvisoNovo(pessoa.pk, tipo, chave, {"chave": chave} | dados, urgente=urgente, ritmo=ritmo)])


def pedir_a_todos(pessoas: list[Pessoa], chave: str = "a") -> int:
    with transaction.atomic():
        return avisar([AvisoNovo(p.pk, "teste", chave, {"chave": chave}) for p in pessoas])


def vencer() -> None:
    """Passa o tempo da janela."""
    Aviso.objects.filter(situacao="pendente").update(devido_em=timezone.now())


def pedir_e_enviar(pessoa: Pessoa, *chaves: str, **opcoes: object) -> int:
    for chave in chaves or ("a",):
        pedir(pessoa, chave, **opcoes)
    vencer()
    return enviar_avisos()


def em_outra_conexao(ato: Callable[[], object]) -> None:
    """Faz e grava, como outro processo faria; volta quando está gravado."""

    def correr() -> None:
        try:
            ato()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as linha:
        linha.submit(correr).result()


@dataclass
class Redator:
    """Escreve um trecho por aviso; ``calados`` são as chaves de que nada mais se pode dizer."""

    calados: set[str] = field(default_factory=set)
    chamadas: list[int] = field(default_factory=list)
    defeito: bool = False

    def __call__(self, avisos):
        if self.defeito:
            raise RuntimeError("defeito do redator")
        self.chamadas.append(len(avisos))
        return {a.id: None if a.chave in self.calados else self.trecho(a.chave) for a in avisos}

    @staticmethod
    def trecho(chave: str) -> Trecho:
        return Trecho(
            titulo=f"Processo {chave}",
            linhas=[(None, f"Movimento {chave} <com sinais>")],
            endereco=f"/protocolo/processos/{chave}/",
            endereco_de_cancelamento=f"/deixar/{chave}/",
            assunto=f"Novidade no processo {chave}",
        )


class Caixa:
    """O tratador do SMTP: guarda o que aceita e recusa o que lhe mandam recusar."""

    def __init__(self):
        self.recebidas, self.envelopes = [], []
        self.respostas: dict[str, str] = {}  # destinatário: resposta ao RCPT
        self.ao_receber = None  # chamado antes de o servidor responder que aceitou
        self.conexoes = 0
        self.fechar_depois_de = None

    async def handle_EHLO(self, servidor, sessao, envelope, nome, respostas):
        self.conexoes += 1
        sessao.host_name = nome
        return respostas

    async def handle_RCPT(self, servidor, sessao, envelope, endereco, opcoes):
        if resposta := self.respostas.get(endereco):
            return resposta
        envelope.rcpt_tos.append(endereco)
        return "250 OK"

    async def handle_DATA(self, servidor, sessao, envelope):
        if self.fechar_depois_de is not None and getattr(sessao, "ja_recebeu", 0) >= self.fechar_depois_de:
            return "421 4.7.0 Mensagens demais nesta conexao"
        sessao.ja_recebeu = getattr(sessao, "ja_recebeu", 0) + 1
        self.recebidas.append(message_from_bytes(envelope.content, policy=policy.default))
        self.envelopes.append(envelope.mail_from)
        if self.ao_receber:
            self.ao_receber()
        return "250 OK"

    def textos(self) -> list[str]:
        """Tudo que se lê em cada mensagem, decodificado: cabeçalhos, texto e HTML."""
        return ["\n".join([*map(str, m.values()), *(p.get_content() for p in m.iter_parts())]) for m in self.recebidas]

    def ids(self) -> Counter:
        return Counter(m["Message-ID"] for m in self.recebidas)

    def para(self) -> Counter:
        return Counter(m["To"] for m in self.recebidas)


@contextmanager
def servidor_smtp(caixa: Caixa, porta: int = 0):
    """Um servidor SMTP de verdade; com ``porta``, na mesma de antes."""
    controlador = Controller(caixa, hostname="127.0.0.1", port=porta or porta_livre(), ready_timeout=10)
    controlador.start()
    try:
        yield controlador.port
    finally:
        controlador.stop()


def porta_livre() -> int:
    with socket.socket() as soquete:
        soquete.bind(("127.0.0.1", 0))
        return soquete.getsockname()[1]


class MorreDepoisDeEntregar(EmailBackend):
    """Entrega de verdade e morre antes de o trabalho gravar: o que um ``kill -9`` faz no pior instante."""

    def send_messages(self, mensagens):
        super().send_messages(mensagens)
        raise SystemExit("morto entre o SMTP e a gravação")


class OlhaQuantoPodeEsperar(BaseEmailBackend):
    """Pergunta ao banco, na conexão que trava a mensagem, quanto ela pode ficar parada."""

    vistos: list[str] = []

    def send_messages(self, mensagens):
        with connection.cursor() as cursor:
            cursor.execute("SHOW idle_in_transaction_session_timeout")
            self.vistos[:] = [cursor.fetchone()[0]]
        return len(mensagens)


@contextmanager
def servidor_http(situacao: int = 200, cabecalhos: dict[str, str] | None = None):
    """Um servidor HTTP que guarda os pedidos em ``servidor.pedidos``."""

    class Tratador(BaseHTTPRequestHandler):
        def do_POST(self):
            corpo = self.rfile.read(int(self.headers["Content-Length"]))
            self.server.pedidos.append((self.path, dict(self.headers), corpo))
            self.send_response(self.server.situacao)
            for nome, valor in (cabecalhos or {}).items():
                self.send_header(nome, valor)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args):
            pass

    servidor = ThreadingHTTPServer(("127.0.0.1", 0), Tratador)
    servidor.daemon_threads = True
    servidor.pedidos, servidor.situacao = [], situacao
    servidor.endereco = f"http://127.0.0.1:{servidor.server_port}"
    linha = threading.Thread(target=servidor.serve_forever, daemon=True)
    linha.start()
    try:
        yield servidor
    finally:
        servidor.shutdown()
        servidor.server_close()
