"""O silêncio de quem abriu: os lembretes que houve, e o que a política manda fazer agora."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import F

from pen.atendimento.enums import Passo
from pen.atendimento.models import Chamado, PassoDoChamado
from pen.atendimento.selectors.expediente import expediente_em_vigor, ler_politica, politica_em_vigor, tipos_isentos
from pen.atendimento.values.avisos import TIPO_DE_AVISO, chave_do_aviso
from pen.atendimento.values.silencio import Lembrado, Providencia, encerra_em, providenciar
from pen.notificacoes.public import entregas_dos_avisos


def lembrados_dos_chamados(chamados: Sequence[UUID]) -> defaultdict[UUID, list[Lembrado]]:
    """Os lembretes que cada chamado já teve desde que se espera por quem abriu, em ordem."""
    feitos = PassoDoChamado.objects.filter(
        chamado__in=chamados, passo=Passo.LEMBRAR, em__gte=F("chamado__silencio_desde")
    )  # fmt: skip
    passos = list(feitos.order_by("chamado", "ordem").values_list("chamado", "pk", "em"))
    entregas = entregas_dos_avisos(TIPO_DE_AVISO, [chave_do_aviso(pk) for _, pk, _ in passos]) if passos else {}
    de_cada: defaultdict[UUID, list[Lembrado]] = defaultdict(list)
    for chamado_id, pk, em in passos:
        de_cada[chamado_id].append(Lembrado(em, entregas.get(chave_do_aviso(pk))))
    return de_cada


def encerramento_por_silencio(chamado: Chamado, *, agora: datetime) -> datetime | None:
    """Quando o silêncio encerra o chamado, se tudo correr como previsto.

    Nulo se não se espera por quem abriu, se o tipo é isento, ou se a hora passou e nenhum lembrete foi entregue.
    """
    if chamado.silencio_desde is None or chamado.formulario.tipo_id in tipos_isentos(guardada := politica_em_vigor()):
        return None
    politica, expediente = ler_politica(guardada), expediente_em_vigor()
    fim = encerra_em(politica, expediente, chamado.silencio_desde)
    return None if fim < agora and falta_prova_do_aviso(chamado, agora=agora) else fim


def falta_prova_do_aviso(chamado: Chamado, *, agora: datetime) -> bool:
    """Se o silêncio já passou da hora e não encerra, porque nenhum lembrete foi entregue: a equipe decide."""
    if chamado.silencio_desde is None or chamado.formulario.tipo_id in tipos_isentos(guardada := politica_em_vigor()):
        return False
    providencia = providenciar(
        ler_politica(guardada), expediente_em_vigor(), desde=chamado.silencio_desde,
        lembrados=lembrados_dos_chamados([chamado.pk])[chamado.pk], agora=agora,
    )  # fmt: skip
    return providencia == Providencia.SEM_PROVA
