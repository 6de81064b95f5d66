"""Quem pode o quê no CNUP. Como os papéis, a gestão de unidades só vale numa entrada forte."""

from pen.identidade.public import Ator, Pessoa, e_da_auditoria, e_da_equipe_central
from pen.nup.enums.situacoes import Condicao, Operacao
from pen.nup.models import GestorDeUp, Participacao, Pedido


def orgaos_geridos(ator: Ator) -> frozenset[int]:
    """Os órgãos de que a pessoa é gestora de UP e pode agir agora; lidos uma vez por pedido."""
    if not isinstance(ator, Pessoa) or not ator.is_active or not ator.entrada_forte:
        return frozenset()
    guardados: frozenset[int] | None = ator.__dict__.get("_orgaos_geridos")
    if guardados is None:
        vigentes = GestorDeUp.objects.filter(pessoa=ator, ate=None).values_list("orgao_id", flat=True)
        guardados = ator.__dict__["_orgaos_geridos"] = frozenset(vigentes)
    return guardados


def gere_unidades_de(ator: Ator, *orgaos: int | None) -> bool:
    """Se a pessoa é gestora de UP de algum destes órgãos."""
    return not orgaos_geridos(ator).isdisjoint(orgaos)


def pode_pedir_por(ator: Ator, participacao: Participacao) -> bool:
    """Se a pessoa pede pelo órgão: gestora de UP dele, ou do órgão gestor de que ele depende."""
    return gere_unidades_de(ator, participacao.orgao_id, participacao.orgao_gestor_id)


def pode_decidir(ator: Ator, pedido: Pedido) -> bool:
    """Se a pessoa analisa o pedido: equipe PEN ou, de vinculada, gestora de UP do órgão gestor; nunca o próprio pedido."""
    if not isinstance(ator, Pessoa) or ator.pk == pedido.pedido_por_id or pedido.operacao == Operacao.MIGRACAO:
        return False
    return e_da_equipe_central(ator) or (decide_o_orgao_gestor(pedido) and gere_unidades_de(ator, pedido.orgao_gestor_id))


def decide_o_orgao_gestor(pedido: Pedido) -> bool:
    """Se o órgão gestor do pedido o decide; na descentralização ele é quem pede, e só a equipe PEN decide."""
    return pedido.orgao_gestor_id is not None and pedido.operacao != Operacao.DESCENTRALIZACAO


def lados_que_confirma(ator: Ator, pedido: Pedido) -> frozenset[int]:
    """Numa migração, os órgãos gestores pelos quais a pessoa confirma ou recusa."""
    if pedido.operacao != Operacao.MIGRACAO:
        return frozenset()
    return orgaos_geridos(ator) & {pedido.orgao_gestor_id, pedido.destino_id}


def cuida_do_pedido(ator: Ator, pedido: Pedido) -> bool:
    """Se a pessoa responde ou cancela o pedido: quem pediu, ou gestora de UP do órgão."""
    if not isinstance(ator, Pessoa) or not ator.entrada_forte:
        return False
    return ator.pk == pedido.pedido_por_id or gere_unidades_de(ator, pedido.orgao_id)


def ve_todos_os_pedidos(ator: Ator) -> bool:
    """Se a pessoa vê os pedidos de todos: equipe PEN e auditoria."""
    return e_da_equipe_central(ator) or e_da_auditoria(ator)


def e_vinculada(participacao: Participacao) -> bool:
    """Se quem decide o que o órgão pede é também o órgão gestor dele."""
    return participacao.condicao == Condicao.VINCULADA
