"""Mudar a política de silêncio. A antiga fica: o que ela encerrou se explica por ela."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from pen.atendimento.enums import Relogio
from pen.atendimento.models import PoliticaDeSilencio
from pen.atendimento.values.silencio import Politica
from pen.auditoria.public import registrar_ato
from pen.comum.errors import PedidoIncompleto, SemPermissao, conferir
from pen.identidade.public import Pessoa, e_da_equipe_central

HORAS_MAXIMO, REABERTURA_MAXIMA, LEMBRETES_MAXIMO = 24 * 90, 24 * 30, 5


@transaction.atomic
def adotar_politica(
    *, por: Pessoa, politica: Politica, horas_de_reabertura: int, agora: datetime | None = None
) -> PoliticaDeSilencio:
    """Passa a valer para os chamados que já esperam e os que vierem; os tipos isentos continuam os mesmos.

    Levanta:
        SemPermissao: ``por`` não é da equipe central.
        PedidoIncompleto: horas fora dos limites, ou lembretes fora de ordem ou depois do fim; ``detalhes['campo']`` diz qual.
    """
    conferir(e_da_equipe_central(por), SemPermissao("Só a equipe central muda a política."))
    conferir(
        1 <= politica.horas <= HORAS_MAXIMO, PedidoIncompleto(f"As horas vão de 1 a {HORAS_MAXIMO}.", campo="horas")
    )  # fmt: skip
    conferir(
        0 <= horas_de_reabertura <= REABERTURA_MAXIMA,
        PedidoIncompleto(f"As horas de reabertura vão de 0 a {REABERTURA_MAXIMA}.", campo="horas_de_reabertura"),
    )
    lembretes = list(politica.lembretes)
    em_ordem = lembretes == sorted(set(lembretes)) and all(0 < h < politica.horas for h in lembretes)
    conferir(
        em_ordem and 2 <= len(lembretes) <= LEMBRETES_MAXIMO,
        PedidoIncompleto("São de 2 a 5 lembretes, em ordem, e todos antes do fim.", campo="lembretes"),
    )
    anterior = PoliticaDeSilencio.objects.order_by("-desde", "-pk").first()
    nova = PoliticaDeSilencio.objects.create(
        relogio=Relogio(politica.relogio), horas=politica.horas, lembretes=lembretes,
        horas_de_reabertura=horas_de_reabertura, desde=agora or timezone.now(), por=por,
    )  # fmt: skip
    if anterior is not None:
        nova.tipos_isentos.set(anterior.tipos_isentos.all())
    detalhes = {"relogio": nova.relogio, "horas": nova.horas, "lembretes": lembretes, "reabertura": horas_de_reabertura}
    registrar_ato(por=por, ato="politica.adotada", objeto=f"politica:{nova.pk}", detalhes=detalhes)
    return nova
