"""Os direitos de quem é dono dos dados (Lei 13.709/2018, art. 18), no que toca à Central."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from pen.atendimento.enums import CanalDaMensagem, Desfecho, Passo, Situacao
from pen.atendimento.models import (
    Chamado,
    Entrega,
    FiltroGuardado,
    Inscricao,
    Integrante,
    Manifestacao,
    PassoDoChamado,
    Presenca,
    Rascunho,
    Seguidor,
)
from pen.atendimento.services.passo import dar_passo, por_fim


def exportar_chamados(pessoa_id: int) -> dict[str, Any]:
    """Os chamados que a pessoa abriu e o que escreveu em qualquer chamado, pronto para JSON; a nota interna não é dela."""
    chamados = Chamado.objects.filter(solicitante=pessoa_id).select_related("produto", "orgao").order_by("id")
    escritos = PassoDoChamado.objects.filter(por=pessoa_id, interno=False).exclude(texto="").select_related("chamado")
    seguidos = Seguidor.objects.filter(pessoa=pessoa_id).select_related("chamado").order_by("pk")
    return {
        "chamados": [
            {
                "protocolo": c.protocolo, "produto": c.produto.nome, "orgao": c.orgao.sigla, "aberto_em": c.aberto_em.isoformat(),
                "assunto": c.assunto, "descricao": c.descricao, "respostas": c.respostas,
                "situacao": Situacao(c.situacao).label,
            }
            for c in chamados
        ],
        "escritos_em_chamados": [
            {"protocolo": p.chamado.protocolo, "em": p.em.isoformat(), "texto": p.texto} for p in escritos.order_by("id")
        ],
        "chamados_que_segue": [s.chamado.protocolo for s in seguidos],
        "manifestacoes": [
            {"protocolo": m.protocolo, "em": m.recebida_em.isoformat(), "texto": m.texto, "resposta": m.resposta}
            for m in Manifestacao.objects.filter(pessoa=pessoa_id).order_by("pk")
        ],
        "filtros_da_fila": [f.nome for f in FiltroGuardado.objects.filter(pessoa=pessoa_id)],
        "respostas_por_enviar": [p.texto for p in Presenca.objects.filter(pessoa=pessoa_id).exclude(texto="")],
        "webhooks": [
            {"endereco": i.endereco, "criada_em": i.criada_em.isoformat(), "ativa": i.ativa, "eventos": i.eventos}
            for i in Inscricao.objects.filter(dono=pessoa_id, excluida_em=None).order_by("pk")
        ],
        "rascunhos": [r.campos for r in Rascunho.objects.filter(pessoa=pessoa_id).order_by("pk")],
    }  # fmt: skip


@transaction.atomic
def excluir_participacao(pessoa_id: int) -> None:
    """Com a conta, a pessoa deixa as equipes e o que seguia, e os chamados abertos que só ela acompanhava são cancelados.

    O que foi dito fica: é o registro do atendimento. Sem a conta, já não diz de quem é.
    """
    agora = timezone.now()
    Integrante.objects.filter(pessoa=pessoa_id, ate=None).update(ate=agora)
    Seguidor.objects.filter(pessoa=pessoa_id).delete()
    Rascunho.objects.filter(pessoa=pessoa_id).delete()
    Presenca.objects.filter(pessoa=pessoa_id).delete()
    FiltroGuardado.objects.filter(pessoa=pessoa_id).delete()
    Entrega.objects.filter(inscricao__dono=pessoa_id).delete()
    Inscricao.objects.filter(dono=pessoa_id).delete()
    seguidos = Seguidor.objects.values("chamado")
    abertos = Chamado.objects.filter(solicitante=pessoa_id).exclude(situacao=Situacao.ENCERRADO).exclude(pk__in=seguidos)
    for chamado in abertos.select_for_update().order_by("pk"):
        por_fim(chamado, Desfecho.CANCELADO, agora=agora)
        detalhes = {"motivo": "conta-excluida"}
        dar_passo(chamado, Passo.CANCELAR, por=None, agora=agora, canal=CanalDaMensagem.SISTEMA, detalhes=detalhes)
