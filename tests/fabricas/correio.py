"""O que chega às caixas, para testes."""

from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import make_msgid

from django.utils import timezone

from pen.correio.enums import Destino
from pen.correio.models import Caso, Conversa, Item
from pen.correio.services.conversas import responder_conversa
from pen.correio.services.recepcao import receber_mensagem
from pen.identidade.models import Pessoa

ADESAO, PROCESSO = "adesao.pen@exemplo.gov.br", "processo.eletronico@exemplo.gov.br"
DE = "servidora@orgao.exemplo"
ADMINISTRATIVO = "Qual é o andamento da assinatura do termo de adesão do nosso município?"
SUPORTE = "Estamos com erro ao instalar o módulo. A tela fica em branco."


def mensagem(
    texto: str = ADMINISTRATIVO, *, para: str = ADESAO, de: str = f"Servidora do Órgão <{DE}>", assunto: str = "Adesão",
    anexos: dict[str, bytes] | None = None, **cabecalhos: str,
) -> EmailMessage:  # fmt: skip
    """Uma mensagem a uma caixa, como o programa de correio de uma pessoa a escreve; vazio tira o cabeçalho."""
    nova = EmailMessage(policy=SMTP)
    nova["From"], nova["To"], nova["Subject"], nova["Message-ID"] = de, para, assunto, make_msgid(domain="orgao.exemplo")
    for nome, valor in cabecalhos.items():
        del nova[nome.replace("_", "-")]
        if valor:
            nova[nome.replace("_", "-")] = valor
    nova.set_content(texto)
    for nome, conteudo in (anexos or {}).items():
        nova.add_attachment(conteudo, maintype="application", subtype="octet-stream", filename=nome)
    return nova


def chegar(texto: str = ADMINISTRATIVO, *, agora: datetime | None = None, **opcoes: object) -> Conversa:
    """A conversa em que a mensagem entrou."""
    destino = receber_mensagem(mensagem(texto, **opcoes).as_bytes(), agora=agora or timezone.now())
    assert destino != Destino.REPETIDA
    return Item.objects.select_related("conversa").order_by("em", "pk").filter(especie="recebida").last().conversa


def responder(conversa: Conversa, por: Pessoa, texto: str = "Pronto.", *, agora: datetime | None = None) -> Conversa:
    """Responde à conversa como ela está agora, com o primeiro caso da caixa."""
    conversa.refresh_from_db()
    caso = Caso.objects.filter(caixa=conversa.caixa).first()
    assert caso is not None
    return responder_conversa(
        por=por, chave=conversa.chave, visto=conversa.versao, texto=texto, caso_id=caso.pk, agora=agora
    )
