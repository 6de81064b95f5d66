"""Os prazos de um chamado: quando começam, quando param, e de onde seguem."""

from datetime import datetime, timedelta

from django.db.models import F, Q

from pen.atendimento.models import Chamado, Meta
from pen.atendimento.selectors.expediente import expediente_em_vigor
from pen.atendimento.selectors.prazos import comeco_dos_prazos, pausas_do_chamado
from pen.atendimento.values.passos import ESPERAS
from pen.atendimento.values.prazo import contar_prazo
from pen.comum.orm_preparado import LeituraPronta, Vaga

_METAS = LeituraPronta(
    lambda: (
        Meta.objects.filter(Q(produto=Vaga()) | Q(produto=None))
        .filter(Q(tipo=Vaga()) | Q(tipo=""))
        .order_by(F("produto").asc(nulls_last=True), "-tipo")[:1]
    )
)


def meta_de(produto_id: int, tipo: str) -> Meta:
    """A meta mais específica para o produto e o tipo; há sempre a geral, a da instalação."""
    return _METAS.ler(produto_id, tipo)[0]


def marcar_prazos(chamado: Chamado, *, tipo: str, agora: datetime) -> None:
    """Põe no chamado que se abre os prazos da primeira resposta e da solução; não grava."""
    meta, expediente = meta_de(chamado.produto_id, tipo), expediente_em_vigor()
    chamado.prazo_da_resposta = expediente.somar(agora, timedelta(hours=meta.resposta_horas))
    chamado.prazo_da_solucao = expediente.somar(agora, timedelta(hours=meta.solucao_horas))


def medir(chamado: Chamado, *, agora: datetime) -> int:
    """Os minutos de expediente da abertura até ``agora``, sem as pausas."""
    contagem = contar_prazo(
        expediente_em_vigor(), de=comeco_dos_prazos(chamado), ate=agora, pausas=pausas_do_chamado(chamado, ate=agora)
    )  # fmt: skip
    return round(contagem.total.total_seconds() / 60)


def acertar_pausa(chamado: Chamado, situacao: str, *, agora: datetime) -> None:
    """Para ou retoma os prazos quando o chamado passa a ``situacao``; não grava.

    Parado, o prazo guarda o que faltava em horas úteis e o recebe de volta ao retomar; o que já venceu continua vencido.
    """
    if situacao in ESPERAS:
        chamado.pausado_em = chamado.pausado_em or agora
        return
    if (parado := chamado.pausado_em) is None:
        return
    chamado.pausado_em = None
    expediente = expediente_em_vigor()
    for campo in ("prazo_da_resposta", "prazo_da_solucao"):
        prazo = getattr(chamado, campo)
        if prazo is not None and prazo > parado:
            setattr(chamado, campo, expediente.somar(agora, expediente.entre(parado, prazo)))
