"""O e-mail: monta a mensagem, reaproveita a conexão SMTP e traduz o que o servidor responde."""

import re
from contextlib import suppress
from email.utils import format_datetime, parseaddr
from smtplib import SMTPDataError, SMTPException, SMTPRecipientsRefused, SMTPSenderRefused
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives, get_connection
from django.template.loader import render_to_string

from pen.notificacoes.enums import CanalDeAviso, Desfecho
from pen.notificacoes.values import Entrega, Resultado, endereco_completo

SERVICO_INDISPONIVEL = 421  # o servidor vai fechar a conexão: vale para todos, não para esta mensagem
PERMANENTE = 500
_ESTENDIDO = re.compile(r"([245]\.\d{1,3}\.\d{1,3})\b")
_ENDERECO = re.compile(r"<?[^\s<>@]{1,64}@[^\s<>@]{1,255}>?")
TEXTO_MAXIMO = 200
# Fomos nós, um programa, que escrevemos (RFC 3834): quem responde sozinho não deve responder a isto. Não se pede que as devoluções
# parem: «All» calaria também as do Exchange.
DE_PROGRAMA = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "OOF, AutoReply"}


class Correio:
    """Qualquer servidor SMTP, pela API de correio do Django."""

    nome = CanalDeAviso.CORREIO

    def __init__(self) -> None:
        self._conexao: Any = None
        self._usada = False

    @staticmethod
    def ligado() -> bool:
        """Sempre: não há instalação sem correio."""
        return True

    def abrir(self) -> Resultado | None:
        """Conecta-se ao servidor, se ainda não está."""
        if self._conexao is None:
            conexao = get_connection()
            try:
                conexao.open()
            except (SMTPException, OSError) as erro:
                return self._caiu(erro, no_meio=False)
            self._conexao = conexao
        return None

    def enviar(self, entrega: Entrega) -> Resultado:
        """Escreve o aviso e o envia."""
        return self.entregar(montar(entrega))

    def entregar(self, mensagem: EmailMessage) -> Resultado:
        """Envia pela conexão aberta e traduz o que o servidor responde."""
        try:
            self._conexao.send_messages([mensagem])
        except SMTPRecipientsRefused as erro:
            codigo, texto = next(iter(erro.recipients.values()))
            return self._caiu(erro) if codigo == SERVICO_INDISPONIVEL else _recusa(codigo, texto, do_destinatario=True)
        except (SMTPSenderRefused, SMTPDataError) as erro:
            if erro.smtp_code == SERVICO_INDISPONIVEL:
                return self._caiu(erro)
            return _recusa(erro.smtp_code, erro.smtp_error, do_remetente=isinstance(erro, SMTPSenderRefused))
        except (SMTPException, OSError) as erro:
            return self._caiu(erro)
        except ValueError:  # o Django recusa o endereço antes de falar com o servidor
            return Resultado(Desfecho.RECUSADA, "endereco-invalido", "O endereço não se entende.", endereco_recusado=True)
        self._usada = True
        return Resultado(Desfecho.ENTREGUE)

    def fechar(self) -> None:
        """Despede-se do servidor; se ele já caiu, tanto faz."""
        if self._conexao is not None:
            with suppress(SMTPException, OSError):
                self._conexao.close()
        self._conexao, self._usada = None, False

    def _caiu(self, erro: Exception, *, no_meio: bool = True) -> Resultado:
        """A conexão não serve mais; se já tinha entregado outra mensagem, pode ter caído só de velha ou de cheia."""
        usada = self._usada
        self.fechar()
        if usada:
            return Resultado(Desfecho.INTERROMPIDA)
        return Resultado(Desfecho.FORA_DO_AR, "fora-do-ar", type(erro).__name__, no_meio=no_meio)


def montar(entrega: Entrega) -> EmailMultiAlternatives:
    """A mensagem, sempre com o mesmo ``Message-ID`` e a mesma data: repetida, é reconhecida como a mesma."""
    contexto = {
        "assunto": entrega.assunto,
        "trechos": entrega.trechos,
        "completo": endereco_completo,
        "cancelar": endereco_completo(entrega.cancelar) if entrega.cancelar else "",
        "pausar": endereco_completo(entrega.pausar) if entrega.pausar else "",
    }
    cabecalhos = {
        "From": settings.DEFAULT_FROM_EMAIL,
        "Message-ID": message_id(entrega.id.hex),
        "Date": format_datetime(entrega.criada_em),
        **DE_PROGRAMA,
    }
    if sair := contexto["cancelar"] or contexto["pausar"]:
        cabecalhos |= {"List-Unsubscribe": f"<{sair}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    if len(respostas := {(t.resposta, t.conversa) for t in entrega.trechos}) == 1:
        resposta, conversa = respostas.pop()
        cabecalhos |= {"References": message_id(conversa), "In-Reply-To": message_id(conversa)} if conversa else {}
        # Só o que se responde por e-mail pode fazer um laço; há programas antigos que só se calam com Precedence.
        cabecalhos |= {"Reply-To": resposta, "Precedence": "bulk"} if resposta else {}
    mensagem = EmailMultiAlternatives(
        subject=entrega.assunto,
        body=render_to_string("notificacoes/correio.txt", contexto),
        from_email=_remetente_do_envelope(entrega.id.hex),
        to=[entrega.para],
        headers=cabecalhos,
    )
    mensagem.attach_alternative(render_to_string("notificacoes/correio.html", contexto), "text/html")
    return mensagem


def message_id(hexadecimal: str) -> str:
    """``<id@host>``: o host é o do endereço público."""
    return f"<{hexadecimal}@{urlsplit(settings.ENDERECO).hostname or 'localhost'}>"


def sem_enderecos(texto: str | bytes) -> str:
    """O que o servidor disse, numa linha curta e sem endereços de ninguém."""
    texto = texto.decode("utf-8", "replace") if isinstance(texto, bytes) else texto
    return _ENDERECO.sub("(endereço)", " ".join(texto[:1000].replace("\0", "").split()))[:TEXTO_MAXIMO]


def _remetente_do_envelope(hexadecimal: str) -> str:
    """Com ``AVISOS_DEVOLUCOES``, um endereço por mensagem (VERP): a devolução diz de qual é."""
    local, arroba, dominio = settings.AVISOS_DEVOLUCOES.partition("@")
    return f"{local}+{hexadecimal}@{dominio}" if arroba else parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def _recusa(codigo: int, bruto: str | bytes, *, do_destinatario: bool = False, do_remetente: bool = False) -> Resultado:
    texto = sem_enderecos(bruto)
    achado = _ESTENDIDO.match(texto)
    estendido = achado[1] if achado else ""
    texto = texto.removeprefix(estendido).lstrip()
    # Recusa do remetente ou por política (5.7.x) fala de nós, não do endereço: pode passar, e tenta-se de novo.
    passageira = codigo < PERMANENTE or do_remetente or estendido.startswith("5.7.")
    desfecho = Desfecho.ADIADA if passageira else Desfecho.RECUSADA
    return Resultado(desfecho, f"{codigo} {estendido}".strip(), texto, endereco_recusado=do_destinatario and not passageira)
