"""Os direitos de quem é dono dos dados (Lei 13.709/2018, art. 18), no que toca ao fórum."""

from typing import Any

from django.db import transaction

from pen.participen.enums import Motivo
from pen.participen.models import (
    Aceite,
    Ajuda,
    Denuncia,
    Participante,
    Publicacao,
    Recurso,
    Seguimento,
    Topico,
    VersaoDaPublicacao,
)


def exportar_participacao(pessoa_id: int) -> dict[str, Any]:
    """O que a pessoa escreveu, disse, seguiu e aceitou no fórum, pronto para JSON."""
    publicacoes = Publicacao.objects.filter(autor=pessoa_id).select_related("topico").order_by("pk")
    seguidos = Seguimento.objects.filter(pessoa=pessoa_id).select_related("categoria", "topico", "etiqueta").order_by("pk")
    participante = Participante.objects.select_related("orgao").filter(pk=pessoa_id).first()
    versoes = VersaoDaPublicacao.objects.filter(publicacao__autor=pessoa_id).order_by("publicacao", "numero")
    return {
        "orgao": participante.orgao.sigla if participante and participante.orgao else None,
        "regras_aceitas": [
            {"versao": a.regras.versao, "em": a.em.isoformat()}
            for a in Aceite.objects.filter(pessoa=pessoa_id).select_related("regras").order_by("pk")
        ],
        "publicacoes": [
            {
                "topico": p.topico_id, "titulo": p.topico.titulo_para(pessoa_id), "em": p.em.isoformat(), "texto": p.texto,
                "situacao": p.get_situacao_display(),
            } | ({"contexto": p.topico.contexto, "versoes": p.topico.versoes} if p.abre else {})
            for p in publicacoes
        ],
        "versoes_anteriores": [{"publicacao": str(v.publicacao_id), "ate": v.ate.isoformat(), "texto": v.texto} for v in versoes],
        "segue": [
            {
                "o_que": s.topico.titulo_para(pessoa_id) if s.topico else str(s.categoria or s.etiqueta),
                "ritmo": s.get_ritmo_display(),
            }
            for s in seguidos
        ],
        "disse_que_ajudou": [str(a.publicacao_id) for a in Ajuda.objects.filter(pessoa=pessoa_id).order_by("pk")],
        "denuncias": [
            {"motivo": Motivo(d.motivo).label, "texto": d.texto, "em": d.em.isoformat()}
            for d in Denuncia.objects.filter(por=pessoa_id).order_by("pk")
        ],
        "recursos": [
            {"texto": r.texto, "em": r.em.isoformat(), "aceito": r.aceito, "resposta": r.resposta}
            for r in Recurso.objects.filter(decisao__publicacao__autor=pessoa_id).order_by("em")
        ],
    }  # fmt: skip


@transaction.atomic
def excluir_participacao(pessoa_id: int) -> None:
    """Com a conta, somem o que a pessoa seguia, aceitou e tinha escrito antes de alterar, e o órgão que disse ser o seu.

    O que publicou fica, porque outros responderam a isso; sem a conta, já não diz de quem é.
    """
    Seguimento.objects.filter(pessoa=pessoa_id).delete()
    Aceite.objects.filter(pessoa=pessoa_id).delete()
    Participante.objects.filter(pk=pessoa_id).delete()
    VersaoDaPublicacao.objects.filter(publicacao__autor=pessoa_id).delete()
    Publicacao.objects.filter(autor=pessoa_id).update(orgao=None)
    Topico.objects.filter(autor=pessoa_id).update(orgao=None)
