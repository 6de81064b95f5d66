"""Os pedidos que cada um pode ver. Toda leitura começa em ``pedidos_visiveis``."""

import uuid

from django.db.models import Q, QuerySet

from pen.identidade.public import Ator, Pessoa
from pen.nup.enums.situacoes import Operacao, Passo, SituacaoDoPedido
from pen.nup.errors import PedidoNaoEncontrado
from pen.nup.models import Anexo, PassoDoPedido, Pedido
from pen.nup.rules import cuida_do_pedido, lados_que_confirma, orgaos_geridos, pode_decidir, ve_todos_os_pedidos
from pen.nup.values.pedidos import ABERTAS, fluxo_de

POR_PAGINA = 50


def pedidos_visiveis(para: Ator) -> QuerySet[Pedido]:
    """Os que a pessoa fez, os dos órgãos que gere e os que ela decide ou confirma; a equipe PEN e a auditoria veem todos."""
    todos = Pedido.objects.select_related("orgao", "orgao_gestor", "destino", "unidade", "pedido_por").order_by("-id")
    if ve_todos_os_pedidos(para):
        return todos
    if not isinstance(para, Pessoa):
        return todos.none()
    geridos = orgaos_geridos(para)
    return todos.filter(
        Q(pedido_por=para) | Q(orgao_id__in=geridos) | Q(orgao_gestor_id__in=geridos) | Q(destino_id__in=geridos)
    )


def consultar_pedido(pedido_id: uuid.UUID, *, para: Ator) -> Pedido:
    """O pedido.

    Levanta:
        PedidoNaoEncontrado: não existe, ou não é visível a quem pede; as duas respostas são iguais.
    """
    if (pedido := pedidos_visiveis(para).filter(pk=pedido_id).first()) is None:
        raise PedidoNaoEncontrado("Nenhum pedido neste endereço.")
    return pedido


def listar_pedidos(
    *, para: Ator, situacao: SituacaoDoPedido | None = None, abertos: bool = False, depois_de: uuid.UUID | None = None
) -> tuple[list[Pedido], uuid.UUID | None]:
    """Os pedidos visíveis, do mais novo ao mais antigo, 50 por página, e o último visto quando há mais."""
    pedidos = pedidos_visiveis(para)
    if situacao is not None:
        pedidos = pedidos.filter(situacao=situacao)
    elif abertos:
        pedidos = pedidos.filter(situacao__in=ABERTAS)
    if depois_de is not None:
        pedidos = pedidos.filter(pk__lt=depois_de)
    lidos = list(pedidos[: POR_PAGINA + 1])
    return lidos[:POR_PAGINA], lidos[POR_PAGINA - 1].pk if len(lidos) > POR_PAGINA else None


def passos_do_pedido(pedido: Pedido) -> list[PassoDoPedido]:
    """A história do pedido, do começo ao fim; quem vê o pedido a vê."""
    return list(PassoDoPedido.objects.filter(pedido=pedido).select_related("por").order_by("id"))


def anexos_do_pedido(pedido: Pedido) -> list[Anexo]:
    """Os anexos, sem o conteúdo."""
    return list(Anexo.objects.filter(pedido=pedido).defer("conteudo").order_by("em", "id"))


def consultar_anexo(anexo_id: uuid.UUID, *, para: Ator) -> Anexo:
    """O anexo, com o conteúdo.

    Levanta:
        PedidoNaoEncontrado: não existe, ou é de pedido que ``para`` não vê.
    """
    anexo = Anexo.objects.filter(pk=anexo_id, pedido__in=pedidos_visiveis(para).order_by()).first()
    if anexo is None:
        raise PedidoNaoEncontrado("Nenhum anexo neste endereço.")
    return anexo


def passos_possiveis(pedido: Pedido, *, para: Ator) -> frozenset[Passo]:
    """O que a pessoa pode fazer agora, para a página mostrar só isso; quem confere é o serviço."""
    cabem = {passo for situacao, passo in fluxo_de(Operacao(pedido.operacao)) if situacao == pedido.situacao}
    pode: set[Passo] = set()
    if pode_decidir(para, pedido):
        pode |= {Passo.DEVOLVER, Passo.DEFERIR, Passo.INDEFERIR}
    if lados_a_confirmar(pedido) & lados_que_confirma(para, pedido):
        pode |= {Passo.CONFIRMAR, Passo.INDEFERIR}
    if cuida_do_pedido(para, pedido):
        pode |= {Passo.RESPONDER, Passo.CANCELAR}
    return frozenset(cabem & pode)


def lados_a_confirmar(pedido: Pedido) -> frozenset[int]:
    """Numa migração, os órgãos gestores que ainda não confirmaram."""
    faltam = {
        pedido.orgao_gestor_id: pedido.origem_confirmada_em is None,
        pedido.destino_id: pedido.destino_confirmado_em is None,
    }
    return frozenset(orgao for orgao, falta in faltam.items() if orgao is not None and falta)
