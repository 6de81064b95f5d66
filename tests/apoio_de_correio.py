"""O correio dos testes que precisam dele de verdade: o servidor que recebe por nós, e o programa de correio de uma pessoa.

O que sai vai por SMTP à ``Caixa`` de ``tests/notificacoes/apoio.py``; o que volta entra por SMTP aqui, e segue aos mesmos comandos
que ``docs/operar/correio.md`` manda pôr em ``/etc/aliases``.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage, Message
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.mime.text import MIMEText
from email.policy import SMTP
from email.utils import make_msgid
from smtplib import SMTP as ConexaoSMTP

import click
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP as ServidorSMTP
from aiosmtpd.smtp import Envelope, Session
from click.testing import CliRunner

from pen.atendimento.management import resposta
from pen.correio.management import caixa
from pen.identidade.models import Pessoa
from pen.notificacoes.management import devolucao
from tests.notificacoes.apoio import em_outra_conexao, porta_livre

RESPOSTAS, DEVOLUCOES = "central@exemplo.gov.br", "avisos@exemplo.gov.br"


class Recepcao:
    """O servidor de correio da instalação: entrega cada endereço ao seu comando, como o Postfix entrega a um cano.

    ``ditos`` é o que cada comando respondeu. Se o comando falha, quem enviou ouve que tente mais tarde.
    """

    canos: dict[str, click.Command] = {
        "central": resposta.comando, "avisos": devolucao.comando, "adesao.pen": caixa.comando, "processo.eletronico": caixa.comando,
    }  # fmt: skip

    def __init__(self) -> None:
        self.ditos: list[str] = []

    async def handle_RCPT(
        self, servidor: ServidorSMTP, sessao: Session, envelope: Envelope, endereco: str, opcoes: list[str]
    ) -> str:
        if re.split(r"[+@]", endereco)[0] not in self.canos:
            return "550 5.1.1 Nao ha esta caixa"
        envelope.rcpt_tos.append(endereco)
        return "250 OK"

    async def handle_DATA(self, servidor: ServidorSMTP, sessao: Session, envelope: Envelope) -> str:
        for para in envelope.rcpt_tos:
            bruto = f"Return-Path: <{envelope.mail_from or ''}>\r\nDelivered-To: {para}\r\n".encode() + envelope.content
            if not self._entregar(para, bruto):
                return "451 4.3.0 O comando falhou; tente mais tarde"
        return "250 OK"

    def _entregar(self, para: str, bruto: bytes) -> bool:
        """Pelo comando, em outra conexão, como outro processo."""
        feito = []
        cano = self.canos[re.split(r"[+@]", para)[0]]
        em_outra_conexao(lambda: feito.append(CliRunner().invoke(cano, input=bruto)))
        self.ditos.append(feito[0].output.strip())
        return feito[0].exit_code == 0


@contextmanager
def servidor_de_recepcao() -> Iterator[tuple[Recepcao, int]]:
    """A recepção ligada, e a porta dela."""
    recepcao = Recepcao()
    controlador = Controller(recepcao, hostname="127.0.0.1", port=porta_livre(), ready_timeout=10)
    controlador.start()
    try:
        yield recepcao, controlador.port
    finally:
        controlador.stop()


def resposta_a(recebida: EmailMessage, de: Pessoa | str, texto: str, **cabecalhos: str) -> EmailMessage:
    """O que o programa de correio de uma pessoa manda quando ela aperta «Responder»: com a citação e o encadeamento."""
    endereco = de if isinstance(de, str) else de.email
    nova = EmailMessage(policy=SMTP)
    nova["From"], nova["To"] = f"Eu <{endereco}>", recebida["Reply-To"] or recebida["From"]
    nova["Subject"], nova["Message-ID"] = f"Re: {recebida['Subject']}", make_msgid(domain="exemplo.org")
    nova["In-Reply-To"] = recebida["Message-ID"]
    nova["References"] = f"{recebida['References'] or ''} {recebida['Message-ID']}".strip()
    for nome, valor in cabecalhos.items():
        nova[nome.replace("_", "-")] = valor
    citado = "\n".join(f"> {linha}" for linha in recebida.get_body(("plain",)).get_content().splitlines())
    nova.set_content(f"{texto}\n\nEm seg., 16 de nov. de 2026 às 10:00, PEN Aberto <c@x.gov.br> escreveu:\n\n{citado}\n")
    return nova


def enviar(porta: int, mensagem: Message, *, do_envelope: str | None = None) -> None:
    """Entrega a mensagem por SMTP a quem ela diz, como o servidor de quem a escreveu."""
    with ConexaoSMTP("127.0.0.1", porta, timeout=30) as conexao:
        conexao.send_message(mensagem, from_addr=do_envelope)


def devolucao_de(recebida: EmailMessage, envelope: str, *, codigo: str = "5.1.1", acao: str = "failed") -> Message:
    """A devolução (RFC 3464) que o servidor de destino manda a quem o envelope diz, depois de ter aceitado a mensagem."""
    nova = MIMEMultipart("report", report_type="delivery-status", policy=SMTP)
    nova["From"], nova["To"], nova["Subject"] = "MAILER-DAEMON@exemplo.org", envelope, "Undelivered Mail Returned to Sender"
    do_servidor, do_destinatario = Message(), Message()
    do_servidor["Reporting-MTA"] = "dns; mx.exemplo.org"
    do_destinatario["Final-Recipient"], do_destinatario["Action"] = f"rfc822; {recebida['To']}", acao
    do_destinatario["Status"], do_destinatario["Diagnostic-Code"] = (
        codigo,
        f"smtp; 550 {codigo} <{recebida['To']}>: nao existe",
    )
    relatorio = MIMENonMultipart("message", "delivery-status")
    relatorio.set_payload([do_servidor, do_destinatario])
    do_original = recebida.as_string(policy=SMTP).partition("\r\n\r\n")[0].replace("\r\n", "\n") + "\n"
    for parte in (MIMEText("A mensagem não pôde ser entregue."), relatorio, MIMEText(do_original, "rfc822-headers")):
        nova.attach(parte)
    return nova
