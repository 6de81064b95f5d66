"""Devoluções: o que um servidor de correio conta depois de ter aceitado (RFC 3464).

Lê por linhas, sem montar a árvore MIME, e só o começo: o custo é o mesmo para qualquer lixo. Quem identifica a mensagem é
o endereço por mensagem do envelope (VERP) ou o ``Message-ID`` do original; os dois são sorteados e só o destinatário os vê.
"""

import re
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from pen.notificacoes.canais.correio import sem_enderecos
from pen.notificacoes.enums import CanalDeAviso, SituacaoDaMensagem
from pen.notificacoes.models import Mensagem
from pen.notificacoes.services.envio import registrar_endereco_recusado
from pen.notificacoes.values import Devolucao

LEITURA_MAXIMA = 256 * 1024
_RELATORIO = re.compile(r"message/delivery-status", re.I)
_SITUACAO = re.compile(r"^Status:[ \t]*([245]\.\d{1,3}\.\d{1,3})\b", re.I | re.M)
_ACAO = re.compile(r"^Action:[ \t]*(failed|delayed|delivered|relayed|expanded)\b", re.I | re.M)
_DIAGNOSTICO = re.compile(r"^Diagnostic-Code:[ \t]*(?:smtp;)?[ \t]*(.{1,500})$", re.I | re.M)


def ler_devolucao(bruto: bytes) -> Devolucao | None:
    """O que a devolução diz, ou ``None`` se não é uma devolução de mensagem nossa."""
    texto = bruto[:LEITURA_MAXIMA].decode("utf-8", "replace").replace("\r\n", "\n")
    mensagem_id = _mensagem_de(texto)
    situacao = _SITUACAO.search(texto)
    if mensagem_id is None or situacao is None or not _RELATORIO.search(texto):  # resposta automática não é devolução
        return None
    acao = _ACAO.search(texto)
    diagnostico = _DIAGNOSTICO.search(texto)
    return Devolucao(
        mensagem_id=mensagem_id,
        codigo=situacao[1],
        texto=sem_enderecos(diagnostico[1]) if diagnostico else "",
        permanente=situacao[1].startswith("5.") and (acao is None or acao[1].lower() == "failed"),
    )


@transaction.atomic
def receber_devolucao(bruto: bytes) -> Devolucao | None:
    """Anota uma devolução permanente: a mensagem falhou e o endereço é recusado. Receber de novo não muda nada.

    Política do outro lado (5.7.x) é sobre quem envia: a mensagem falhou, mas o endereço continua valendo.
    """
    devolucao = ler_devolucao(bruto)
    if devolucao is None or not devolucao.permanente:
        return devolucao
    enviadas = Mensagem.objects.select_for_update().filter(canal=CanalDeAviso.CORREIO, situacao=SituacaoDaMensagem.ENVIADA)
    mensagem = enviadas.filter(pk=devolucao.mensagem_id).first()
    if mensagem is None:
        return devolucao
    mensagem.situacao = SituacaoDaMensagem.FALHOU
    mensagem.erro_codigo, mensagem.erro_texto = devolucao.codigo, devolucao.texto
    mensagem.save(update_fields=["situacao", "erro_codigo", "erro_texto"])
    if not devolucao.codigo.startswith("5.7."):
        registrar_endereco_recusado(mensagem, codigo=devolucao.codigo, motivo=devolucao.texto, agora=timezone.now())
    return devolucao


def _mensagem_de(texto: str) -> UUID | None:
    local, arroba, dominio = settings.AVISOS_DEVOLUCOES.partition("@")
    achado = None
    if arroba:
        achado = re.search(rf"{re.escape(local)}\+([0-9a-f]{{32}})@{re.escape(dominio)}", texto, re.I)
    if achado is None:
        host = re.escape(urlsplit(settings.ENDERECO).hostname or "localhost")
        achado = re.search(rf"<([0-9a-f]{{32}})@{host}>", texto)
    return UUID(achado[1]) if achado else None
