"""O aviso a quem tem um webhook que o sistema pausou."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from django.urls import reverse

from pen.atendimento.enums import MotivoDaPausa
from pen.atendimento.models import Inscricao
from pen.notificacoes.public import AvisoARedigir, AvisoNovo, Trecho, avisar

TIPO_DE_AVISO_DE_WEBHOOK = "webhook"


def avisar_da_pausa(inscricao: Inscricao) -> None:
    """Avisa o dono; só dentro da transação da pausa, e uma vez por pausa."""
    chave = f"{inscricao.pk}:{inscricao.pausada_em:%Y%m%dT%H%M%S}"
    aviso = AvisoNovo(
        pessoa_id=inscricao.dono_id, tipo=TIPO_DE_AVISO_DE_WEBHOOK, chave=chave, urgente=True,
        dados={"inscricao": str(inscricao.pk)},
    )  # fmt: skip
    avisar([aviso])


def redigir_avisos_de_webhook(avisos: Sequence[AvisoARedigir]) -> dict[UUID, Trecho | None]:
    """O texto de cada aviso; ``None`` se o webhook já não está parado, ou já não existe."""
    paradas = Inscricao.objects.filter(ativa=False, excluida_em=None).exclude(motivo=MotivoDaPausa.PEDIDO)
    inscricoes = paradas.in_bulk({UUID(a.dados["inscricao"]) for a in avisos})
    trechos: dict[UUID, Trecho | None] = {}
    for aviso in avisos:
        inscricao = inscricoes.get(UUID(aviso.dados["inscricao"]))
        if inscricao is None or inscricao.dono_id != aviso.pessoa_id:
            trechos[aviso.id] = None
            continue
        motivo, maquina = MotivoDaPausa(inscricao.motivo).label, urlsplit(inscricao.endereco).hostname
        linhas: list[tuple[datetime | None, str]] = [
            (aviso.criado_em, f"Deixamos de avisar {maquina}: {motivo}. Corrija o que for preciso, e retome-o na página.")
        ]
        trechos[aviso.id] = Trecho(
            titulo="Um webhook seu foi pausado", linhas=linhas, assunto="um webhook seu foi pausado",
            endereco=reverse("atendimento:webhook", args=[inscricao.pk]),
        )  # fmt: skip
    return trechos
