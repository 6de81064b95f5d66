"""A caixa local da demonstração: cada mensagem vira um arquivo ``.eml`` na pasta de dados."""

from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from pen.comum.identificadores import uuid7


def pasta_da_caixa() -> Path:
    """Onde ficam as mensagens da caixa local."""
    return Path(settings.PASTA_DE_DADOS) / "correio"


class CaixaLocal(BaseEmailBackend):
    """Guarda em vez de entregar. O nome do arquivo começa pelo instante: a ordem é a do envio."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Guarda as mensagens e devolve quantas foram; o arquivo aparece inteiro ou não aparece."""
        pasta = pasta_da_caixa()
        pasta.mkdir(parents=True, exist_ok=True, mode=0o700)
        for mensagem in email_messages:
            nome = f"{uuid7()}.eml"
            provisorio = pasta / f".{nome}"
            provisorio.write_bytes(mensagem.message().as_bytes())
            provisorio.rename(pasta / nome)
        return len(email_messages)
