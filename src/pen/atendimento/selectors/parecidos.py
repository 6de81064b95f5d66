"""Chamados que parecem sobre a mesma coisa, entre os que a pessoa vê."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from pen.atendimento.models import Chamado
from pen.atendimento.selectors.chamados import chamados_visiveis, linhas_dos_chamados
from pen.atendimento.values.leituras import ChamadoNaLista
from pen.comum.semelhanca import semelhantes
from pen.identidade.public import Ator

CANDIDATOS = 300  # os mais novos do produto
DIAS = 180
QUANTOS = 5


def parecidos_com_o_chamado(chamado: Chamado, *, para: Ator, agora: datetime) -> list[ChamadoNaLista]:
    """Os outros do mesmo produto, abertos ou encerrados há pouco, do mais ao menos parecido; até cinco."""
    outros = _recentes(para, chamado.produto_id, agora).exclude(Q(pk=chamado.pk) | Q(principal=chamado))
    return _os_mais_parecidos(chamado.assunto, outros)


def parecidos_com_o_assunto(assunto: str, produto_id: int, *, para: Ator, agora: datetime) -> list[ChamadoNaLista]:
    """Os que a pessoa já vê, do produto, parecidos com o que ela vai pedir; até cinco."""
    return _os_mais_parecidos(assunto, _recentes(para, produto_id, agora))


def _recentes(para: Ator, produto_id: int, agora: datetime) -> QuerySet[Chamado]:
    return chamados_visiveis(para).filter(produto=produto_id, aberto_em__gte=agora - timedelta(days=DIAS))


def _os_mais_parecidos(assunto: str, chamados: QuerySet[Chamado]) -> list[ChamadoNaLista]:
    assuntos: dict[UUID, str] = dict(chamados.order_by("-pk").values_list("pk", "assunto")[:CANDIDATOS])
    return linhas_dos_chamados(semelhantes(assunto, assuntos, quantos=QUANTOS))
