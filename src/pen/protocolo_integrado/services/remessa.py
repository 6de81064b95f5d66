"""Recepção de remessas: o único caminho de entrada do registro nacional, qualquer que seja o canal."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from pen.comum.http import CorpoGrandeDemais
from pen.comum.orm_preparado import inserir_preparado
from pen.identidade.public import Ambiente, SistemaAutenticado
from pen.protocolo_integrado.enums import Canal, CodigoDeRecusa
from pen.protocolo_integrado.errors import DocumentoRecusado, RemessaRecusada
from pen.protocolo_integrado.models import Recusa, Remessa
from pen.protocolo_integrado.services.amostra import guardar_amostra
from pen.protocolo_integrado.services.conferencia import conferir_documento
from pen.protocolo_integrado.services.gravacao import gravar_documentos
from pen.protocolo_integrado.services.totais import contar_remessa
from pen.protocolo_integrado.values import Contagem, DocumentoConferido, DocumentoRecebido, Recibo, ResultadoDocumento

DOCUMENTOS_MAXIMO = 300  # por remessa; docs/adr/0041
GUARDA_DAS_RECUSAS = timedelta(days=90)


def receber_remessa(*, por: SistemaAutenticado, documentos: Sequence[DocumentoRecebido], canal: Canal) -> Recibo:
    """Confere, grava e dá recibo; um documento ruim não impede os outros.

    Os metadados são um retrato (o último vale) e o histórico se acumula; receber de novo não muda nada. Com
    credencial de homologação, tudo é conferido e recebe recibo, mas nada entra no registro público.

    Levanta:
        RemessaRecusada: a lista está vazia ou passa de ``DOCUMENTOS_MAXIMO``; a recusa também ganha recibo.
    """
    inicio, agora = time.perf_counter(), timezone.now()
    if not 1 <= len(documentos) <= DOCUMENTOS_MAXIMO:
        motivo = "a lista não traz nenhum documento" if not documentos else f"a lista traz {len(documentos)} documentos"
        with recusa_registrada(por=por, canal=canal, documentos=len(documentos)):
            raise RemessaRecusada(f"{motivo.capitalize()}; envie de 1 a {DOCUMENTOS_MAXIMO} por vez.")

    resultados, conferidos, recusas = _conferir_todos(documentos, agora)
    with transaction.atomic():
        contagem = Contagem()
        if por.ambiente == Ambiente.PRODUCAO:
            contagem = gravar_documentos(conferidos, orgao_id=por.orgao_id, agora=agora)
        else:
            guardar_amostra(conferidos, orgao_id=por.orgao_id, agora=agora)
        remessa = Remessa(
            orgao_id=por.orgao_id, credencial_id=por.credencial_id, ambiente=por.ambiente, canal=canal, recebida_em=agora,
            duracao_ms=round((time.perf_counter() - inicio) * 1000), documentos=len(documentos), aceitos=len(conferidos),
            recusados=len(recusas), novos=contagem.novos, alterados=contagem.alterados, repetidos=contagem.repetidos,
            andamentos_novos=contagem.andamentos_novos,
        )  # fmt: skip
        inserir_preparado(remessa)
        for recusa in recusas:
            recusa.remessa = remessa
        Recusa.objects.bulk_create(recusas)
        if por.ambiente == Ambiente.PRODUCAO:
            contar_remessa(remessa, contagem, [recusa.codigo for recusa in recusas])
    return Recibo(remessa.pk, resultados, contagem)


@contextmanager
def recusa_registrada(*, por: SistemaAutenticado, canal: Canal, documentos: int = 0) -> Iterator[None]:
    """Se o bloco recusar a remessa inteira, guarda o recibo com o motivo antes de passar a recusa adiante.

    Levanta:
        RemessaRecusada: a do bloco, ou a que traduz um corpo grande demais.
    """
    try:
        yield
    except (RemessaRecusada, CorpoGrandeDemais) as motivo:
        erro = motivo if isinstance(motivo, RemessaRecusada) else RemessaRecusada(motivo.mensagem)
        with transaction.atomic():
            remessa = Remessa.objects.create(
                orgao_id=por.orgao_id, credencial_id=por.credencial_id, ambiente=por.ambiente, canal=canal,
                recebida_em=timezone.now(), duracao_ms=0, documentos=documentos, aceitos=0, recusados=documentos,
                erro=erro.mensagem,
            )  # fmt: skip
            if por.ambiente == Ambiente.PRODUCAO:
                contar_remessa(remessa, Contagem(), [erro.recusa] * documentos)
        raise erro from motivo


def excluir_recusas_vencidas() -> int:
    """Exclui as recusas (e o texto original delas) com mais de 90 dias; devolve quantas. Pode rodar duas vezes."""
    limite = timezone.now() - GUARDA_DAS_RECUSAS
    excluidas, _ = Recusa.objects.filter(remessa__recebida_em__lt=limite).delete()
    return excluidas


def _conferir_todos(
    documentos: Sequence[DocumentoRecebido], agora: datetime
) -> tuple[list[ResultadoDocumento], list[DocumentoConferido], list[Recusa]]:
    resultados, conferidos, recusas = [], [], []
    for posicao, recebido in enumerate(documentos, start=1):
        protocolo = _legivel(recebido.protocolo or "")[:80]
        try:
            conferidos.append(conferir_documento(recebido, agora=agora))
        except DocumentoRecusado as erro:
            motivo, bruto = _legivel(erro.mensagem), _legivel(recebido.bruto())
            resultados.append(ResultadoDocumento(protocolo, CodigoDeRecusa(erro.recusa), motivo))
            recusas.append(
                Recusa(posicao=posicao, protocolo=protocolo, codigo=erro.recusa, motivo=motivo, documento_bruto=bruto)
            )
        else:
            resultados.append(ResultadoDocumento(protocolo))
    return resultados, conferidos, recusas


def _legivel(texto: str) -> str:
    """O texto sem o que o banco não guarda (NUL e metades de caractere)."""
    return texto.replace("\0", "\ufffd").encode("utf-8", "replace").decode()
