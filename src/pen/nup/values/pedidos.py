"""As situações por que um pedido passa, e os prazos. O desenho está em docs/dominio/cnup.md."""

from collections.abc import Mapping
from datetime import timedelta

from pen.nup.enums.situacoes import Operacao, Passo, SituacaoDoPedido

ABERTAS = (SituacaoDoPedido.EM_ANALISE, SituacaoDoPedido.DEVOLVIDO, SituacaoDoPedido.EM_CONFIRMACAO)
PRAZO_DE_ANALISE = timedelta(days=15)
PRAZO_DE_RESPOSTA = timedelta(days=30)
PRAZOS: Mapping[SituacaoDoPedido, timedelta] = {
    SituacaoDoPedido.EM_ANALISE: PRAZO_DE_ANALISE,
    SituacaoDoPedido.DEVOLVIDO: PRAZO_DE_RESPOSTA,
    SituacaoDoPedido.EM_CONFIRMACAO: PRAZO_DE_RESPOSTA,
}

Fluxo = Mapping[tuple[SituacaoDoPedido, Passo], SituacaoDoPedido]

_COM_ANALISE: Fluxo = {
    (SituacaoDoPedido.EM_ANALISE, Passo.DEVOLVER): SituacaoDoPedido.DEVOLVIDO,
    (SituacaoDoPedido.EM_ANALISE, Passo.DEFERIR): SituacaoDoPedido.DEFERIDO,
    (SituacaoDoPedido.EM_ANALISE, Passo.INDEFERIR): SituacaoDoPedido.INDEFERIDO,
    (SituacaoDoPedido.EM_ANALISE, Passo.CANCELAR): SituacaoDoPedido.CANCELADO,
    (SituacaoDoPedido.DEVOLVIDO, Passo.RESPONDER): SituacaoDoPedido.EM_ANALISE,
    (SituacaoDoPedido.DEVOLVIDO, Passo.CANCELAR): SituacaoDoPedido.CANCELADO,
    (SituacaoDoPedido.DEVOLVIDO, Passo.EXPIRAR): SituacaoDoPedido.EXPIRADO,
}
# Confirmar só leva a «deferido» quando é o segundo lado que confirma.
_COM_CONFIRMACAO: Fluxo = {
    (SituacaoDoPedido.EM_CONFIRMACAO, Passo.CONFIRMAR): SituacaoDoPedido.DEFERIDO,
    (SituacaoDoPedido.EM_CONFIRMACAO, Passo.INDEFERIR): SituacaoDoPedido.INDEFERIDO,
    (SituacaoDoPedido.EM_CONFIRMACAO, Passo.CANCELAR): SituacaoDoPedido.CANCELADO,
    (SituacaoDoPedido.EM_CONFIRMACAO, Passo.EXPIRAR): SituacaoDoPedido.EXPIRADO,
}


def fluxo_de(operacao: Operacao) -> Fluxo:
    """Que situação cada passo alcança, a partir de cada situação em que ele cabe."""
    return _COM_CONFIRMACAO if operacao == Operacao.MIGRACAO else _COM_ANALISE


def situacao_inicial(operacao: Operacao) -> SituacaoDoPedido:
    """A situação em que o pedido nasce."""
    return SituacaoDoPedido.EM_CONFIRMACAO if operacao == Operacao.MIGRACAO else SituacaoDoPedido.EM_ANALISE
