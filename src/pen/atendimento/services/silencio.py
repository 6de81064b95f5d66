"""O silêncio de quem abriu: lembrar, e encerrar quando a política manda. Rodar duas vezes não muda nada."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from pen.atendimento.enums import CanalDaMensagem, Desfecho, Passo
from pen.atendimento.models import Chamado, PassoDoChamado, PoliticaDeSilencio
from pen.atendimento.selectors.expediente import expediente_em_vigor, ler_politica, politica_em_vigor, tipos_isentos
from pen.atendimento.services.avisos_do_chamado import TIPO_DE_AVISO, Evento, avisar_do_chamado, chave_do_aviso
from pen.atendimento.services.passo import dar_passo, por_fim
from pen.atendimento.values.silencio import Lembrado, Providencia, providenciar
from pen.notificacoes.public import entregas_dos_avisos

CHAMADOS_POR_VEZ = 500
Marca = tuple[datetime, UUID]  # desde quando, e de que chamado


@dataclass(slots=True)
class Cuidado:
    """O que uma rodada fez. ``sem_prova`` são os que passaram da hora sem que se possa provar o aviso."""

    lembrados: int = 0
    encerrados: int = 0
    sem_prova: int = 0


def cuidar_do_silencio(*, agora: datetime) -> Cuidado:
    """Lembra e encerra o que a política em vigor manda em ``agora``; cada chamado na sua transação."""
    guardada, feito = politica_em_vigor(), Cuidado()
    em_silencio = Chamado.objects.filter(silencio_desde__isnull=False).exclude(formulario__tipo__in=tipos_isentos(guardada))
    ultimo: Marca | None = None
    while lidos := _proximos(em_silencio, ultimo):
        for _, chamado_id in lidos:
            with transaction.atomic():
                _cuidar(chamado_id, guardada, feito, agora)
        ultimo = lidos[-1]
    return feito


def lembretes_do_silencio(chamado: Chamado) -> list[PassoDoChamado]:
    """Os lembretes feitos desde que se espera por quem abriu."""
    if chamado.silencio_desde is None:
        return []
    feitos = PassoDoChamado.objects.filter(chamado=chamado, passo=Passo.LEMBRAR, em__gte=chamado.silencio_desde)
    return list(feitos.order_by("ordem"))


def _proximos(em_silencio: QuerySet[Chamado], ultimo: Marca | None) -> list[Marca]:
    """Os seguintes depois do último, por ordem de silêncio."""
    fila = em_silencio.order_by("silencio_desde", "pk").values_list("silencio_desde", "pk")
    if ultimo is not None:
        desde, chave = ultimo
        fila = fila.filter(silencio_desde__gte=desde).exclude(silencio_desde=desde, pk__lte=chave)
    return [(em, chave) for em, chave in fila[:CHAMADOS_POR_VEZ] if em is not None]


def _cuidar(chamado_id: UUID, guardada: PoliticaDeSilencio, feito: Cuidado, agora: datetime) -> None:
    travado = Chamado.objects.select_for_update(skip_locked=True).filter(pk=chamado_id, silencio_desde__isnull=False)
    chamado = travado.first()
    if chamado is None or (desde := chamado.silencio_desde) is None:
        return
    passos = lembretes_do_silencio(chamado)
    entregas = entregas_dos_avisos(TIPO_DE_AVISO, [chave_do_aviso(p) for p in passos])
    lembrados = [Lembrado(p.em, chave_do_aviso(p) in entregas) for p in passos]
    politica = ler_politica(guardada)
    providencia = providenciar(
        politica, expediente_em_vigor(), desde=desde, lembrados=lembrados, agora=agora
    )  # fmt: skip
    if providencia == Providencia.LEMBRAR:
        detalhes = {"horas": politica.lembretes[len(lembrados)]}
        passo = dar_passo(chamado, Passo.LEMBRAR, por=None, agora=agora, canal=CanalDaMensagem.SISTEMA, detalhes=detalhes)
        avisar_do_chamado(Evento.LEMBRETE, chamado, passo)
        feito.lembrados += 1
    elif providencia == Providencia.ENCERRAR:
        prova = {
            "relogio": politica.relogio.value, "horas": politica.horas, "desde": desde.isoformat(),
            "lembretes": [
                {"em": p.em.isoformat(), "entregue_em": e.isoformat() if (e := entregas.get(chave_do_aviso(p))) else None}
                for p in passos
            ],
        }  # fmt: skip
        por_fim(chamado, Desfecho.SILENCIO, agora=agora)
        passo = dar_passo(chamado, Passo.SILENCIAR, por=None, agora=agora, canal=CanalDaMensagem.SISTEMA, detalhes=prova)
        avisar_do_chamado(Evento.SILENCIO, chamado, passo)
        feito.encerrados += 1
    elif providencia == Providencia.SEM_PROVA:
        feito.sem_prova += 1
