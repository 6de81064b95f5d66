"""Gatilhos: o que a equipe central escreve, e o sistema cumpre depois de um passo de uma pessoa, ou pelo tempo."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from django.db import IntegrityError, transaction

from pen.atendimento.enums import CanalDaMensagem, Passo
from pen.atendimento.errors import AutomacaoNaoEncontrada, DestinoInvalido, PassoImpossivel
from pen.atendimento.models import Chamado, Disparo, Equipe, Gatilho
from pen.atendimento.selectors.equipes import equipes_do_produto
from pen.atendimento.selectors.roteiros import variaveis_do_chamado
from pen.atendimento.selectors.tempos import continua_na_hora
from pen.atendimento.services.atendimento import passar_a_equipe
from pen.atendimento.services.avisos_do_chamado import Evento, avisar_do_chamado
from pen.atendimento.services.catalogo import conferir_central
from pen.atendimento.services.passo import dar_passo
from pen.atendimento.values.acoes import DO_GATILHO, Acao, conferir_par, ler_acoes, ler_condicoes
from pen.atendimento.values.modelo import preencher_modelo
from pen.atendimento.values.tempos import Tempo
from pen.auditoria.public import registrar_ato
from pen.comum.errors import ErroDeDominio, PedidoIncompleto, conferir
from pen.comum.texto import exigir_texto
from pen.identidade.public import Pessoa

NOME_MAXIMO, FRASE_MAXIMA, POR_VEZ = 80, 300, 500
log = structlog.stdlib.get_logger("pen.gatilhos")


@transaction.atomic
def escrever_gatilho(
    *, por: Pessoa, nome: str, quando: Passo | Tempo, condicoes: Mapping[str, Sequence[str]], acoes: Sequence[Mapping[str, Any]],
    gatilho_id: int | None = None,
) -> Gatilho:  # fmt: skip
    """Cria o gatilho, desligado; com ``gatilho_id``, altera o que há, e o desliga: quem altera ensaia de novo.

    Levanta:
        SemPermissao: ``por`` não é da equipe central.
        PedidoIncompleto: falta o nome, ele já existe, ou o que se pede não serve; ``detalhes['campo']`` diz qual.
        AutomacaoNaoEncontrada: não há gatilho com esse número.
    """
    conferir_central(por)
    conferir(
        not any(acao.get("roteiro") for acao in acoes),
        PedidoIncompleto("Roteiros são internos: num gatilho, escreva o texto.", campo="roteiro"),
    )
    lidas, lido = ler_acoes(acoes, DO_GATILHO), ler_condicoes(quando, condicoes)
    conferir_par(quando, lidas)
    gatilho = Gatilho() if gatilho_id is None else _travar(gatilho_id)
    gatilho.nome = exigir_texto(nome, "Dê um nome ao gatilho.", NOME_MAXIMO, campo="nome")
    gatilho.condicoes, gatilho.ligado = lido.como_dado(), False
    if isinstance(quando, Tempo):
        gatilho.quando, gatilho.minutos = quando.marco, quando.minutos
        gatilho.antes, gatilho.situacao = quando.antes, quando.situacao
    else:
        gatilho.quando, gatilho.minutos, gatilho.antes, gatilho.situacao = quando, None, False, ""
    gatilho.acoes = [acao.como_dado() for acao in lidas]
    try:
        with transaction.atomic():
            gatilho.save()
    except IntegrityError:
        raise PedidoIncompleto("Já há um gatilho com este nome.", campo="nome") from None
    ato = "gatilho.criado" if gatilho_id is None else "gatilho.alterado"
    registrar_ato(por=por, ato=ato, objeto=f"gatilho:{gatilho.pk}")
    return gatilho


@transaction.atomic
def ligar_gatilho(*, por: Pessoa, gatilho_id: int, ligar: bool = True) -> Gatilho:
    """Passa a disparar; com ``ligar=False``, deixa de disparar, e o que já disparou se cumpre.

    Levanta:
        SemPermissao, AutomacaoNaoEncontrada.
    """
    conferir_central(por)
    gatilho = _travar(gatilho_id)
    if gatilho.ligado != ligar:
        gatilho.ligado = ligar
        gatilho.save(update_fields=["ligado"])
        registrar_ato(por=por, ato="gatilho.ligado" if ligar else "gatilho.desligado", objeto=f"gatilho:{gatilho.pk}")
    return gatilho


def cumprir_disparos(*, agora: datetime) -> int:
    """Faz o que os gatilhos disparados mandam, cada um na sua transação; devolve quantos. De novo, não repete nenhum."""
    pendentes = list(Disparo.objects.filter(feito_em=None).order_by("pk").values_list("pk", flat=True)[:POR_VEZ])
    return sum(_cumprir(pk, agora) for pk in pendentes)


@transaction.atomic
def _cumprir(pk: UUID, agora: datetime) -> bool:
    """O disparo fica marcado na transação do que ele fez: morto no meio, nada se fez; refeito, faz-se uma vez."""
    disparo = Disparo.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk=pk, feito_em=None)
    achado = disparo.select_related("gatilho").first()
    if achado is None:
        return False
    try:
        with transaction.atomic():
            chamado = Chamado.objects.select_for_update().get(pk=achado.chamado_id)
            conferir(continua_na_hora(achado), PassoImpossivel("O prazo já não corre, ou alguém mexeu no chamado antes."))
            for acao in achado.gatilho.lidas():
                _fazer(acao, chamado, achado.gatilho, agora)
    except ErroDeDominio as erro:
        achado.frase = erro.mensagem[:FRASE_MAXIMA]
        log.info("gatilho que não coube", gatilho=achado.gatilho_id, erro=erro.codigo)
    achado.feito_em = agora
    achado.save(update_fields=["feito_em", "frase"])
    return True


def _fazer(acao: Acao, chamado: Chamado, gatilho: Gatilho, agora: datetime) -> None:
    texto = preencher_modelo(acao.texto, variaveis_do_chamado(chamado))
    detalhes = {"gatilho": gatilho.pk}
    if acao.passo == Passo.ENCAMINHAR:
        equipe = Equipe.objects.filter(
            codigo=acao.equipe, pk__in=equipes_do_produto(chamado.produto_id).values("pk")
        ).first()
        if equipe is None:
            raise DestinoInvalido("A equipe do gatilho não recebe este produto.")
        if equipe.pk != chamado.equipe_id:
            passar_a_equipe(
                chamado, equipe, por=None, texto=texto, canal=CanalDaMensagem.SISTEMA, agora=agora, detalhes=detalhes
            )
        return
    passo = dar_passo(
        chamado, acao.passo, por=None, agora=agora, canal=CanalDaMensagem.SISTEMA, texto=texto,
        interno=acao.passo == Passo.ANOTAR, detalhes=detalhes,
    )  # fmt: skip
    if acao.passo == Passo.ORIENTAR:
        avisar_do_chamado(Evento.ORIENTADO, chamado, passo)


def _travar(gatilho_id: int) -> Gatilho:
    gatilho = Gatilho.objects.select_for_update().filter(pk=gatilho_id).first()
    if gatilho is None:
        raise AutomacaoNaoEncontrada("Não há gatilho com este número.")
    return gatilho
