"""O que se entregou de um aviso, para quem precisa provar que avisou."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Min

from pen.notificacoes.enums import SituacaoDaMensagem
from pen.notificacoes.models import Aviso, Mensagem


def entregas_dos_avisos(tipo: str, chaves: Iterable[str]) -> dict[str, datetime]:
    """De cada chave, quando o primeiro aviso dela foi entregue por algum canal; sem a que não foi, ou foi devolvida."""
    avisos = Aviso.objects.filter(tipo=tipo, chave__in=list(chaves), lote__isnull=False).values_list("chave", "lote")
    lotes = {lote: chave for chave, lote in avisos if lote is not None}
    enviadas = Mensagem.objects.filter(lote__in=lotes, situacao=SituacaoDaMensagem.ENVIADA)
    entregas: dict[str, datetime] = {}
    for lote, em in enviadas.values("lote").annotate(em=Min("enviada_em")).values_list("lote", "em"):
        chave = lotes[lote]
        entregas[chave] = min(em, entregas.get(chave, em))
    return entregas
