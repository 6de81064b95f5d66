"""Respostas por e-mail: o endereço que vai em cada aviso, e o que se faz com o que volta."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from pen.atendimento import antivirus
from pen.atendimento.enums import CanalDaMensagem, Desfecho
from pen.atendimento.errors import AnexoNaoConferido, AnexoRecusado
from pen.atendimento.models import Chamado, CorreioRecebido, EnderecoDeResposta
from pen.atendimento.models.chamado import TEXTO_MAXIMO
from pen.atendimento.services.anexos import AnexoPreparado, preparar_anexos
from pen.atendimento.services.avisos_do_chamado import Evento, avisar_pessoa
from pen.atendimento.services.participacao import completar_chamado, reabrir_chamado
from pen.atendimento.values.anexos import AnexoNovo, limpar_nome
from pen.atendimento.values.correio import RespostaLida, ler_resposta
from pen.comum.tempo import BRASILIA
from pen.identidade.public import Pessoa

RESPOSTAS_POR_HORA = 20  # de uma pessoa, em todos os chamados dela

log = structlog.stdlib.get_logger("pen.correio")


class Destino(StrEnum):
    """O que se fez com uma mensagem; fica gravado, e não muda."""

    GRAVADA = "gravada"
    REABRIU = "reabriu"
    REPETIDA = "repetida"
    AUTOMATICA = "automatica"
    VAZIA = "vazia"
    OUTRO_REMETENTE = "outro_remetente"
    FORA_DO_PRAZO = "fora_do_prazo"
    SEM_ENDERECO = "sem_endereco"
    DEMAIS = "demais"


@transaction.atomic
def receber_resposta(bruto: bytes, *, para: str = "", agora: datetime | None = None) -> Destino:
    """Grava no chamado a resposta que chegou; a mesma mensagem duas vezes não dobra, e resposta automática não é interação.

    ``para`` é o destinatário do envelope, se o servidor de correio o diz. Vale o que vem do endereço da própria pessoa; de outro,
    ela é avisada. Fora do prazo de reabrir, também. Do mesmo motivo, num chamado, avisa-se uma vez por dia, e o que passa de vinte
    respostas por hora não se grava: duas centrais que se respondem sozinhas param, mesmo que a outra não diga que é um programa.

    Levanta:
        AnexoNaoConferido: o antivírus não respondeu; nada se gravou, e a mesma mensagem pode ser entregue de novo.
    """
    agora = agora or timezone.now()
    lida = ler_resposta(bruto)
    endereco = _achar_endereco((para.lower(), *lida.destinatarios))
    if endereco is None:
        return Destino.SEM_ENDERECO
    # A linha nasce antes de agir: duas entregas da mesma mensagem ao mesmo tempo esperam uma pela outra aqui.
    recebido, novo = CorreioRecebido.objects.get_or_create(
        resumo=lida.resumo,
        defaults={
            "chamado": endereco.chamado,
            "pessoa": endereco.pessoa,
            "destino": Destino.REPETIDA,
            "recebido_em": agora,
        },
    )
    if not novo:
        return Destino.REPETIDA
    recebido.destino = _tratar(lida, _o_que_continua(endereco.chamado), endereco.pessoa, agora)
    recebido.save(update_fields=["destino"])
    log.info("resposta por e-mail", destino=recebido.destino)
    return Destino(recebido.destino)


def _tratar(lida: RespostaLida, chamado: Chamado, pessoa: Pessoa, agora: datetime) -> Destino:
    if lida.automatica:
        return Destino.AUTOMATICA
    if _passou_do_limite(pessoa, agora):
        _avisar_uma_vez_por_dia(Evento.DEMAIS, chamado, pessoa, agora)
        return Destino.DEMAIS
    if not pessoa.is_active or lida.remetente != pessoa.email.lower():
        _avisar_uma_vez_por_dia(Evento.OUTRO_REMETENTE, chamado, pessoa, agora)
        return Destino.OUTRO_REMETENTE
    anexos, recusados = _separar(lida.anexos)
    texto = "\n\n".join(parte for parte in (lida.texto[: TEXTO_MAXIMO - 1000], recusados) if parte)
    if not texto and not anexos:
        return Destino.VAZIA
    argumentos = {"por": pessoa, "chave": chamado.chave, "canal": CanalDaMensagem.CORREIO, "agora": agora}
    if chamado.aberto:
        completar_chamado(texto=texto, preparados=anexos, **argumentos)  # type: ignore[arg-type]
        return Destino.GRAVADA
    if chamado.reabrivel_ate is None or agora > chamado.reabrivel_ate:
        _avisar_uma_vez_por_dia(Evento.FORA_DO_PRAZO, chamado, pessoa, agora)
        return Destino.FORA_DO_PRAZO
    reabrir_chamado(texto=texto or "Reaberto por e-mail.", **argumentos)  # type: ignore[arg-type]
    if anexos:
        completar_chamado(texto="", preparados=anexos, **argumentos)  # type: ignore[arg-type]
    return Destino.REABRIU


def _passou_do_limite(pessoa: Pessoa, agora: datetime) -> bool:
    """Se a pessoa já respondeu vezes demais na última hora; a mensagem que se trata já está entre as recebidas."""
    da_hora = CorreioRecebido.objects.filter(pessoa=pessoa, recebido_em__gt=agora - timedelta(hours=1))
    return da_hora.exclude(destino=Destino.AUTOMATICA).count() > RESPOSTAS_POR_HORA


def _avisar_uma_vez_por_dia(evento: Evento, chamado: Chamado, pessoa: Pessoa, agora: datetime) -> None:
    """A chave do aviso tem o dia: a segunda resposta do mesmo motivo não manda outro."""
    chave = f"{evento.value}:{chamado.pk}:{agora.astimezone(BRASILIA).date()}"
    avisar_pessoa(evento, chamado, pessoa.pk, chave=chave)


def _o_que_continua(chamado: Chamado) -> Chamado:
    """O chamado em que se fala agora: o próprio ou, de um unido a outro, o outro."""
    while chamado.desfecho == Desfecho.UNIDO and chamado.principal is not None:
        chamado = chamado.principal
    return chamado


def _separar(anexos: tuple[AnexoNovo, ...]) -> tuple[list[AnexoPreparado], str]:
    """Os que se aceitam, já guardados, e uma frase por recusado: a mensagem não se perde por causa deles.

    Levanta:
        AnexoNaoConferido: o antivírus não respondeu; a mensagem inteira fica para mais tarde.
    """
    aceitos: list[AnexoPreparado] = []
    frases, ate = [], antivirus.prazo()
    for anexo in anexos:
        try:
            aceitos += preparar_anexos([anexo], ate=ate)
        except AnexoNaoConferido:
            raise
        except AnexoRecusado:
            frases.append(f"(O anexo «{limpar_nome(anexo.nome)}» não pôde ser aceito.)")
    return aceitos, "\n".join(frases)


def _achar_endereco(destinatarios: Iterable[str]) -> EnderecoDeResposta | None:
    local, _, dominio = settings.CHAMADOS_RESPOSTAS.lower().partition("@")
    forma = re.compile(rf"{re.escape(local)}\+([a-z2-7]{{26}})@{re.escape(dominio)}")
    chaves = [achado[1] for d in destinatarios if (achado := forma.fullmatch(d.strip()))]
    return EnderecoDeResposta.objects.select_related("chamado", "pessoa").filter(chave__in=chaves[:10]).first()
