"""A máquina de situações dos pedidos, inteira: cada passo, de cada situação, em cada operação."""

from datetime import timedelta

import pytest

from pen.comum.errors import SemPermissao
from pen.nup.enums.situacoes import Operacao, Passo, SituacaoDaUnidade, SituacaoDoPedido
from pen.nup.errors import (
    PedidoEmOutraSituacao,
)
from pen.nup.models import Pedido
from pen.nup.services.decisoes import (
    cancelar_pedido,
    confirmar_migracao,
    deferir_pedido,
    devolver_pedido,
    expirar_pedidos,
    indeferir_pedido,
    responder_pedido,
)
from pen.nup.services.pedidos import (
    pedir_alteracao,
    pedir_descentralizacao,
    pedir_inativacao,
    pedir_migracao,
    pedir_reativacao,
)
from tests.fabricas.nup import FICHA, fabricar_gestor_de_up, fabricar_participante, fabricar_unidade
from tests.fabricas.pedidos import AGORA, SIM, aderir, cadastrar
from tests.fabricas.pessoas import fabricar_central

pytestmark = pytest.mark.django_db


def _pedido_de(operacao: Operacao) -> Pedido:
    if operacao == Operacao.ADESAO:
        return aderir()
    if operacao == Operacao.CADASTRO:
        return cadastrar(fabricar_participante())
    if operacao == Operacao.DESCENTRALIZACAO:
        ministerio = fabricar_participante()
        entidade = fabricar_participante(orgao_gestor=ministerio)
        fabricar_gestor_de_up(entidade)
        return pedir_descentralizacao(por=fabricar_gestor_de_up(ministerio), orgao_id=entidade.pk, motivo="x", agora=AGORA)
    inativa = operacao == Operacao.REATIVACAO
    unidade = fabricar_unidade(situacao=SituacaoDaUnidade.INATIVA if inativa else SituacaoDaUnidade.ATIVA)
    gestor = fabricar_gestor_de_up(unidade.orgao)
    comuns = {"por": gestor, "codigo": unidade.codigo, "motivo": "x", "agora": AGORA}
    if operacao == Operacao.ALTERACAO:
        return pedir_alteracao(**comuns, ficha=FICHA)
    if operacao == Operacao.MIGRACAO:
        return pedir_migracao(**comuns, destino_id=fabricar_participante().pk)
    return (pedir_reativacao if inativa else pedir_inativacao)(**comuns)


def _dar(passo: Passo, pedido: Pedido) -> object:
    comuns = {"pedido_id": pedido.pk, "agora": AGORA}
    quem_decide = fabricar_gestor_de_up(pedido.destino) if pedido.destino else fabricar_central()
    match passo:
        case Passo.DEVOLVER:
            return devolver_pedido(por=fabricar_central(), motivo="Falta.", **comuns)
        case Passo.RESPONDER:
            return responder_pedido(por=pedido.pedido_por, resposta="Aqui.", **comuns)
        case Passo.DEFERIR:
            return deferir_pedido(por=fabricar_central(), decisao=SIM, **comuns)
        case Passo.INDEFERIR:
            return indeferir_pedido(por=quem_decide, motivo="Não.", **comuns)
        case Passo.CONFIRMAR:
            return confirmar_migracao(por=quem_decide, **comuns)
        case Passo.CANCELAR:
            return cancelar_pedido(por=pedido.pedido_por, **comuns)
        case Passo.EXPIRAR:
            pedido.refresh_from_db()
            return expirar_pedidos(agora=pedido.prazo + timedelta(seconds=1))


# Como se chega a cada situação a partir do pedido novo.
CAMINHOS = {
    SituacaoDoPedido.DEVOLVIDO: [Passo.DEVOLVER],
    SituacaoDoPedido.INDEFERIDO: [Passo.INDEFERIR],
    SituacaoDoPedido.CANCELADO: [Passo.CANCELAR],
}


def _levar_a(situacao: SituacaoDoPedido, operacao: Operacao) -> Pedido:
    pedido = _pedido_de(operacao)
    migra = operacao == Operacao.MIGRACAO
    caminhos = CAMINHOS | {
        SituacaoDoPedido.DEFERIDO: [Passo.CONFIRMAR if migra else Passo.DEFERIR],
        SituacaoDoPedido.EXPIRADO: [Passo.EXPIRAR] if migra else [Passo.DEVOLVER, Passo.EXPIRAR],
    }
    for passo in caminhos.get(situacao, []):
        _dar(passo, pedido)
    pedido.refresh_from_db()
    pedido.pedido_por.entrada_forte = True
    assert pedido.situacao == situacao
    return pedido


def _situacoes_de(operacao: Operacao) -> list[SituacaoDoPedido]:
    fora = {SituacaoDoPedido.EM_ANALISE, SituacaoDoPedido.DEVOLVIDO} if operacao == Operacao.MIGRACAO else {
        SituacaoDoPedido.EM_CONFIRMACAO
    }  # fmt: skip
    return [s for s in SituacaoDoPedido if s not in fora]


# O desenho de docs/dominio/cnup.md, escrito aqui outra vez: se o código mudar, estes testes dizem.
S, P = SituacaoDoPedido, Passo
DESENHO = {
    (S.EM_ANALISE, P.DEVOLVER): S.DEVOLVIDO,
    (S.EM_ANALISE, P.DEFERIR): S.DEFERIDO,
    (S.EM_ANALISE, P.INDEFERIR): S.INDEFERIDO,
    (S.EM_ANALISE, P.CANCELAR): S.CANCELADO,
    (S.DEVOLVIDO, P.RESPONDER): S.EM_ANALISE,
    (S.DEVOLVIDO, P.CANCELAR): S.CANCELADO,
    (S.DEVOLVIDO, P.EXPIRAR): S.EXPIRADO,
}
DESENHO_DA_MIGRACAO = {
    (S.EM_CONFIRMACAO, P.CONFIRMAR): S.DEFERIDO,
    (S.EM_CONFIRMACAO, P.INDEFERIR): S.INDEFERIDO,
    (S.EM_CONFIRMACAO, P.CANCELAR): S.CANCELADO,
    (S.EM_CONFIRMACAO, P.EXPIRAR): S.EXPIRADO,
}
TODOS = [(o, s, p) for o in Operacao for s in _situacoes_de(o) for p in Passo]


def _recusa(operacao: Operacao, situacao: SituacaoDoPedido, passo: Passo) -> type[Exception]:
    """Numa migração ninguém analisa: deferir e devolver não são de ninguém, em situação nenhuma."""
    de_ninguem = operacao == Operacao.MIGRACAO and passo in {Passo.DEFERIR, Passo.DEVOLVER}
    return SemPermissao if de_ninguem else PedidoEmOutraSituacao


@pytest.mark.parametrize(("operacao", "situacao", "passo"), TODOS, ids=[f"{o}-{s}-{p}" for o, s, p in TODOS])
def test_cada_passo_leva_aonde_o_desenho_diz_e_nos_outros_lugares_e_recusado(operacao, situacao, passo):
    pedido = _levar_a(situacao, operacao)
    esperada = (DESENHO_DA_MIGRACAO if operacao == Operacao.MIGRACAO else DESENHO).get((situacao, passo))

    if esperada is not None:
        _dar(passo, pedido)
    elif passo == Passo.EXPIRAR:
        _dar(passo, pedido)  # o trabalho da noite só olha quem pode expirar
        esperada = situacao
    else:
        with pytest.raises(_recusa(operacao, situacao, passo)):
            _dar(passo, pedido)
        esperada = situacao

    pedido.refresh_from_db()
    assert pedido.situacao == esperada
