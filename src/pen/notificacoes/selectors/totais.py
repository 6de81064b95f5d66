"""Quantas mensagens saíram e quantas falharam; só contagens, para quem acompanha o serviço."""

from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from django.db.models import Count, Q
from django.db.models.functions import TruncDate

from pen.comum.tempo import BRASILIA
from pen.notificacoes.enums import SituacaoDaMensagem
from pen.notificacoes.models import Mensagem


class TotalDeMensagens(NamedTuple):
    """As mensagens criadas num dia (de Brasília), pela situação em que estão agora."""

    dia: date
    enviadas: int
    falharam: int


def totais_de_mensagens(desde: date, ate: date) -> list[TotalDeMensagens]:
    """Um total por dia em que houve mensagens, de ``desde`` a ``ate`` (incluídos). Conta linhas: peça poucos dias."""
    comeco = datetime.combine(desde, time.min, BRASILIA)
    fim = datetime.combine(ate + timedelta(days=1), time.min, BRASILIA)
    dias = (
        Mensagem.objects.filter(criada_em__gte=comeco, criada_em__lt=fim)
        .annotate(dia=TruncDate("criada_em", tzinfo=BRASILIA))
        .values("dia")
        .annotate(
            enviadas=Count("pk", filter=Q(situacao=SituacaoDaMensagem.ENVIADA)),
            falharam=Count("pk", filter=Q(situacao=SituacaoDaMensagem.FALHOU)),
        )
        .order_by("dia")
    )
    return [TotalDeMensagens(d["dia"], d["enviadas"], d["falharam"]) for d in dias]
