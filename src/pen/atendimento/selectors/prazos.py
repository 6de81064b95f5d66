"""Os prazos de um chamado, explicados."""

from datetime import datetime

from django.db.models import QuerySet

from pen.atendimento.enums import Passo, Situacao
from pen.atendimento.models import Chamado, PassoDoChamado
from pen.atendimento.selectors.expediente import expediente_em_vigor
from pen.atendimento.values.expediente import Trecho
from pen.atendimento.values.passos import ESPERAS
from pen.atendimento.values.prazo import Contagem, contar_prazo


def com_prazos_correndo() -> QuerySet[Chamado]:
    """Os abertos em que não se espera por ninguém de fora da equipe."""
    return Chamado.objects.exclude(situacao=Situacao.ENCERRADO).filter(pausado_em=None)


def contagens_do_chamado(chamado: Chamado) -> list[tuple[str, datetime, Contagem]]:
    """De cada prazo: o nome, quando vence, e como se contou. Enquanto se espera por alguém, ainda sem a pausa que corre."""
    pausas, desde = pausas_do_chamado(chamado), comeco_dos_prazos(chamado)
    prazos = [("Primeira resposta", chamado.prazo_da_resposta), ("Solução", chamado.prazo_da_solucao)]
    return [
        (nome, prazo, contar_prazo(expediente_em_vigor(), de=desde, ate=prazo, pausas=pausas))
        for nome, prazo in prazos if prazo is not None
    ]  # fmt: skip


def comeco_dos_prazos(chamado: Chamado) -> datetime:
    """A abertura; de um chamado que veio de outro sistema, quando veio, ou mudou lá: o que se esperou lá não se sabe."""
    trazido = PassoDoChamado.objects.filter(chamado=chamado, passo=Passo.IMPORTAR).order_by("-ordem")
    return trazido.values_list("em", flat=True).first() or chamado.aberto_em


def pausas_do_chamado(chamado: Chamado, *, ate: datetime | None = None) -> list[Trecho]:
    """Os tempos em que se esperou por quem abriu ou por terceiro; o que ainda corre só conta com ``ate``, e acaba nele."""
    pausas, desde = [], None
    for em, situacao in PassoDoChamado.objects.filter(chamado=chamado).order_by("ordem").values_list("em", "situacao"):
        if Situacao(situacao) in ESPERAS:
            desde = desde or em
        elif desde is not None:
            pausas.append(Trecho(desde, em))
            desde = None
    return [*pausas, Trecho(desde, ate)] if desde is not None and ate is not None else pausas
