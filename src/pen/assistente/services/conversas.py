"""Perguntar ao assistente, e dizer se a resposta serviu."""

import secrets
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from pen.assistente.enums import Desfecho
from pen.assistente.errors import FalaNaoEncontrada
from pen.assistente.models import Conversa, Fala
from pen.assistente.models.conversa import PERGUNTA_MAXIMO
from pen.assistente.rules import continua
from pen.assistente.selectors.conversas import conversa_da_chave
from pen.assistente.selectors.respostas import Resposta, responder
from pen.assistente.services.redacao import redigir_resposta
from pen.assistente.values.mascara import mascarar
from pen.comum.errors import conferir
from pen.comum.texto import exigir_texto
from pen.conhecimento.public import Produto, aprender_pergunta
from pen.identidade.public import Ator, Pessoa, contar_uso

PERGUNTAS_POR_MINUTO, CONVERSAS_POR_MINUTO = 60, 30  # de um aparelho; de um endereço de rede
FALAS_POR_CONVERSA = 500


def perguntar(
    *, por: Ator, chave: str, texto: str, produto: Produto | None = None, origem: str = "", agora: datetime | None = None
) -> Fala:
    """Grava a pergunta e a resposta na conversa da ``chave``, ou numa nova; ``origem`` é o endereço de rede de quem pede.

    ``produto`` passa a ser o da conversa. CPF, e-mail, telefone, senha e chave saem do texto antes de tudo.

    Levanta:
        PedidoIncompleto: não há pergunta, ou passa de mil caracteres.
        LimiteExcedido: perguntas ou conversas demais num minuto.
    """
    limpo = mascarar(exigir_texto(texto, "Escreva a sua pergunta.", PERGUNTA_MAXIMO, campo="pergunta"))[:PERGUNTA_MAXIMO]
    conversa = conversa_da_chave(chave, para=por)
    de_quem = f"{conversa.pk}" if conversa else f"nova:{origem}"
    contar_uso(f"assistente:{de_quem}", limite=PERGUNTAS_POR_MINUTO if conversa else CONVERSAS_POR_MINUTO)
    produto = produto or (conversa.produto if conversa else None)
    resposta = responder(limpo, para=por, produto=produto)
    redigida = redigir_resposta(limpo, resposta)
    return _gravar(conversa, por, limpo, resposta, redigida, produto, agora or timezone.now())


@transaction.atomic
def opinar(*, por: Ator, chave: str, fala_id: int, ajudou: bool, escolha: int = 0) -> Fala:
    """Diz se a resposta serviu; ``escolha`` é qual dos trechos, a contar do zero. O que serviu ensina a base.

    Levanta:
        FalaNaoEncontrada: a fala não é da conversa da chave, ou não mostrou esse trecho.
    """
    fala = Fala.objects.select_for_update().filter(pk=fala_id, conversa__chave=chave).select_related("conversa").first()
    conferir(fala is not None and continua(por, fala.conversa), FalaNaoEncontrada("Esta resposta não é da sua conversa."))
    assert fala is not None
    conferir(0 <= escolha < len(fala.trechos), FalaNaoEncontrada("Esta resposta não tem esse trecho."))
    if (fala.ajudou, fala.escolha) == (ajudou, escolha):
        return fala
    if fala.ajudou:
        _ensinar(fala, fala.escolha or 0, vezes=-1)
    fala.ajudou, fala.escolha = ajudou, escolha
    fala.save(update_fields=["ajudou", "escolha"])
    if ajudou:
        _ensinar(fala, escolha, vezes=1)
    return fala


@transaction.atomic
def _gravar(
    conversa: Conversa | None, por: Ator, texto: str, resposta: Resposta, redigida: str, produto: Produto | None, agora: datetime
) -> Fala:  # fmt: skip
    if conversa is not None:
        conversa = Conversa.objects.select_for_update().filter(pk=conversa.pk).first()
    ordem = _proxima(conversa)
    if conversa is None or ordem > FALAS_POR_CONVERSA:
        conversa, ordem = Conversa(chave=secrets.token_urlsafe(32), comecou_em=agora), 1
    conversa.ultima_em, conversa.produto = agora, produto
    conversa.pessoa = conversa.pessoa or (por if isinstance(por, Pessoa) else None)
    conversa.save()
    trechos = [
        {"artigo": str(t.artigo.pk), "ancora": t.trecho.ancora, "ordem": t.trecho.ordem} for t in resposta.trechos
    ]  # fmt: skip
    return Fala.objects.create(
        conversa=conversa, ordem=ordem, pergunta=texto, lida=resposta.lida[:PERGUNTA_MAXIMO], intencao=resposta.intencao,
        desfecho=resposta.desfecho, trechos=trechos, produtos=[p.codigo for p in resposta.produtos], numero=resposta.numero,
        redigida=redigida, confianca=resposta.trechos[0].confianca if resposta.trechos else None, em=agora,
    )  # fmt: skip


def _proxima(conversa: Conversa | None) -> int:
    ultima = (
        Fala.objects.filter(conversa=conversa).order_by("-ordem").values_list("ordem", flat=True).first() if conversa else 0
    )
    return (ultima or 0) + 1


def _ensinar(fala: Fala, escolha: int, *, vezes: int) -> None:
    """De uma conversa, um artigo aprende uma vez, por mais que se diga que ajudou."""
    if fala.desfecho not in {Desfecho.RESPONDIDA, Desfecho.EM_DUVIDA, Desfecho.QUAL_PRODUTO}:
        return
    trecho = fala.trechos[escolha]
    outras = Fala.objects.filter(conversa=fala.conversa_id, ajudou=True, trechos__contains=[{"artigo": trecho["artigo"]}])
    if not outras.exclude(pk=fala.pk).exists():
        aprender_pergunta(fala.lida, artigo_id=trecho["artigo"], ancora=trecho["ancora"], vezes=vezes)
