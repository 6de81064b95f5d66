"""Sugestões, reclamações e elogios: receber, responder, e encaminhar à ouvidoria."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from pen.atendimento.enums import EspecieDeManifestacao, SituacaoDaManifestacao
from pen.atendimento.errors import ManifestacaoNaoEncontrada, ManifestacaoTratada
from pen.atendimento.models import Chamado, Manifestacao
from pen.atendimento.services.avisos_de_manifestacao import avisar_da_manifestacao
from pen.atendimento.services.numeracao import numerar_protocolo
from pen.auditoria.public import registrar_ato
from pen.comum.errors import PedidoIncompleto, conferir
from pen.comum.texto import exigir_texto
from pen.conhecimento.public import Produto
from pen.identidade.public import Pessoa, contar_uso, e_da_equipe_central

TEXTO_MAXIMO = 10_000
DIAS_DE_RESPOSTA = 30
POR_MINUTO = 5


@dataclass(frozen=True, slots=True)
class ManifestacaoNova:
    """O que se manifesta; ``envio`` é sorteado com a página."""

    envio: UUID
    especie: EspecieDeManifestacao
    texto: str
    produto: Produto | None = None
    chamado: Chamado | None = None


@transaction.atomic
def receber_manifestacao(*, por: Pessoa, nova: ManifestacaoNova, agora: datetime | None = None) -> Manifestacao:
    """Grava a manifestação, com protocolo e prazo; enviar duas vezes grava uma só. Quem chama conferiu que ``por`` vê o chamado.

    Levanta:
        PedidoIncompleto: falta o texto.
        LimiteExcedido: manifestações demais neste minuto.
    """
    if (ja := Manifestacao.objects.filter(envio=nova.envio, pessoa=por).first()) is not None:
        return ja
    contar_uso(f"manifestacao:{por.pk}", limite=POR_MINUTO)
    agora = agora or timezone.now()
    texto = exigir_texto(nova.texto, "Escreva o que você quer dizer.", TEXTO_MAXIMO, campo="texto")
    try:
        with transaction.atomic():
            manifestacao = Manifestacao.objects.create(
                envio=nova.envio, protocolo=numerar_protocolo(agora), chave=secrets.token_urlsafe(16), especie=nova.especie,
                pessoa=por, produto=nova.produto or (nova.chamado.produto if nova.chamado else None), chamado=nova.chamado,
                texto=texto, recebida_em=agora, prazo=agora + timedelta(days=DIAS_DE_RESPOSTA),
            )  # fmt: skip
    except IntegrityError:
        ja = Manifestacao.objects.filter(envio=nova.envio, pessoa=por).first()
        conferir(ja is not None, PedidoIncompleto("Recarregue a página e envie de novo."))
        assert ja is not None
        return ja
    registrar_ato(por=por, ato="manifestacao.recebida", objeto=f"manifestacao:{manifestacao.pk}")
    avisar_da_manifestacao(manifestacao)
    return manifestacao


@transaction.atomic
def tratar_manifestacao(
    *, por: Pessoa, chave: str, resposta: str, a_ouvidoria: bool = False, agora: datetime | None = None
) -> Manifestacao:
    """Responde, ou diz que foi à ouvidoria e por quê; quem se manifestou é avisado.

    Levanta:
        ManifestacaoNaoEncontrada: não existe, ou ``por`` não é da equipe central.
        ManifestacaoTratada: outra pessoa a tratou antes.
        PedidoIncompleto: falta a resposta.
    """
    conferir(e_da_equipe_central(por), ManifestacaoNaoEncontrada("Não existe nada neste endereço."))
    manifestacao = Manifestacao.objects.select_for_update().filter(chave=chave).first()
    if manifestacao is None:
        raise ManifestacaoNaoEncontrada("Não existe nada neste endereço.")
    aberta = manifestacao.situacao == SituacaoDaManifestacao.RECEBIDA
    conferir(aberta, ManifestacaoTratada("Outra pessoa já tratou desta manifestação."))
    manifestacao.resposta = exigir_texto(resposta, "Escreva a resposta.", TEXTO_MAXIMO, campo="resposta")
    para = SituacaoDaManifestacao.ENCAMINHADA if a_ouvidoria else SituacaoDaManifestacao.RESPONDIDA
    manifestacao.situacao, manifestacao.por, manifestacao.respondida_em = para, por, agora or timezone.now()
    manifestacao.save()
    registrar_ato(por=por, ato=f"manifestacao.{para.value}", objeto=f"manifestacao:{manifestacao.pk}")
    avisar_da_manifestacao(manifestacao)
    return manifestacao
