"""O silêncio de quem abriu: lembrar, e encerrar quando a política manda. Rodar duas vezes não muda nada."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from pen.atendimento.enums import CanalDaMensagem, Desfecho, Passo
from pen.atendimento.models import Chamado
from pen.atendimento.selectors.expediente import expediente_em_vigor, ler_politica, politica_em_vigor, tipos_isentos
from pen.atendimento.selectors.silencio import lembrados_dos_chamados
from pen.atendimento.services.avisos_do_chamado import Evento, avisar_do_chamado
from pen.atendimento.services.passo import dar_passo, por_fim
from pen.atendimento.values.silencio import Lembrado, Politica, Providencia, providenciar

CHAMADOS_POR_VEZ = 500
Marca = tuple[datetime, UUID]  # desde quando, e de que chamado


@dataclass(slots=True)
class Cuidado:
    """O que uma rodada fez. ``sem_prova`` são os que passaram da hora sem que se possa provar o aviso."""

    lembrados: int = 0
    encerrados: int = 0
    sem_prova: int = 0


def cuidar_do_silencio(*, agora: datetime) -> Cuidado:
    """Lembra e encerra o que a política em vigor manda em ``agora``; cada chamado na sua transação.

    O que há a fazer se vê de quinhentos em quinhentos, sem travar nada; trava-se só o que vai mudar, e olha-se de novo.
    """
    guardada, feito = politica_em_vigor(), Cuidado()
    politica = ler_politica(guardada)
    em_silencio = Chamado.objects.filter(silencio_desde__isnull=False).exclude(formulario__tipo__in=tipos_isentos(guardada))
    ultimo: Marca | None = None
    while lidos := _proximos(em_silencio, ultimo):
        lembrados = lembrados_dos_chamados([chave for _, chave in lidos])
        for desde, chave in lidos:
            providencia = _providencia(politica, desde, lembrados[chave], agora)
            if providencia in {Providencia.LEMBRAR, Providencia.ENCERRAR}:
                with transaction.atomic():
                    providencia = _cuidar(chave, politica, agora)
            feito.lembrados += providencia == Providencia.LEMBRAR
            feito.encerrados += providencia == Providencia.ENCERRAR
            feito.sem_prova += providencia == Providencia.SEM_PROVA
        ultimo = lidos[-1]
    return feito


def _proximos(em_silencio: QuerySet[Chamado], ultimo: Marca | None) -> list[Marca]:
    """Os seguintes depois do último, por ordem de silêncio."""
    fila = em_silencio.order_by("silencio_desde", "pk").values_list("silencio_desde", "pk")
    if ultimo is not None:
        desde, chave = ultimo
        fila = fila.filter(silencio_desde__gte=desde).exclude(silencio_desde=desde, pk__lte=chave)
    return [(em, chave) for em, chave in fila[:CHAMADOS_POR_VEZ] if em is not None]


def _providencia(politica: Politica, desde: datetime, lembrados: Sequence[Lembrado], agora: datetime) -> Providencia:
    return providenciar(politica, expediente_em_vigor(), desde=desde, lembrados=lembrados, agora=agora)


def _cuidar(chave: UUID, politica: Politica, agora: datetime) -> Providencia:
    """Faz o que a política manda com o chamado, travado; o que mudou desde que se olhou, ou está travado, fica para depois."""
    travado = Chamado.objects.select_for_update(skip_locked=True).filter(pk=chave, silencio_desde__isnull=False)
    chamado = travado.first()
    if chamado is None or (desde := chamado.silencio_desde) is None:
        return Providencia.ESPERAR
    lembrados = lembrados_dos_chamados([chave])[chave]
    providencia = _providencia(politica, desde, lembrados, agora)
    if providencia == Providencia.LEMBRAR:
        detalhes = {"horas": politica.lembretes[len(lembrados)]}
        passo = dar_passo(chamado, Passo.LEMBRAR, por=None, agora=agora, canal=CanalDaMensagem.SISTEMA, detalhes=detalhes)
        avisar_do_chamado(Evento.LEMBRETE, chamado, passo)
    elif providencia == Providencia.ENCERRAR:
        prova = {
            "relogio": politica.relogio.value, "horas": politica.horas, "desde": desde.isoformat(),
            "lembretes": [
                {"em": x.em.isoformat(), "entregue_em": x.entregue_em.isoformat() if x.entregue_em else None}
                for x in lembrados
            ],
        }  # fmt: skip
        por_fim(chamado, Desfecho.SILENCIO, agora=agora)
        passo = dar_passo(chamado, Passo.SILENCIAR, por=None, agora=agora, canal=CanalDaMensagem.SISTEMA, detalhes=prova)
        avisar_do_chamado(Evento.SILENCIO, chamado, passo)
    return providencia
