"""O que se guarda, por quanto tempo, e os direitos de quem é o dono (Lei 13.709/2018, art. 18)."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from pen.notificacoes.enums import SituacaoDaMensagem, SituacaoDoAviso
from pen.notificacoes.models import Aviso, EnderecoRecusado, InscricaoPush, Mensagem, Preferencias


def excluir_avisos_vencidos() -> int:
    """Exclui avisos e mensagens encerrados há mais de ``AVISOS_GUARDA_DIAS``; devolve quantos. Pode rodar duas vezes."""
    limite = timezone.now() - timedelta(days=settings.AVISOS_GUARDA_DIAS)
    mensagens = Mensagem.objects.filter(criada_em__lt=limite).exclude(situacao=SituacaoDaMensagem.PENDENTE)
    avisos = Aviso.objects.filter(criado_em__lt=limite).exclude(situacao=SituacaoDoAviso.PENDENTE)
    return mensagens.delete()[0] + avisos.delete()[0]


def dados_da_pessoa(pessoa_id: int) -> dict[str, Any]:
    """Tudo que se guarda da pessoa, pronto para JSON."""
    p = Preferencias.objects.filter(pk=pessoa_id).first() or Preferencias()
    return {
        "preferencias": {
            "frequencia": p.get_frequencia_display(),
            "pausado_em": p.pausado_em and p.pausado_em.isoformat(),
            "correio": p.correio,
            "navegador": p.push,
            "telefone": p.telefone,
        },
        "navegadores": [
            {"aparelho": i.aparelho, "desde": i.criada_em.isoformat()}
            for i in InscricaoPush.objects.filter(pessoa_id=pessoa_id).order_by("id")
        ],
        "enderecos_recusados": [
            {"quando": e.recusado_em.isoformat(), "codigo": e.codigo, "motivo": e.motivo}
            for e in EnderecoRecusado.objects.filter(pessoa_id=pessoa_id).order_by("id")
        ],
        "avisos": [
            {"tipo": a.tipo, "dados": a.dados, "quando": a.criado_em.isoformat(), "situacao": a.get_situacao_display()}
            for a in Aviso.objects.filter(pessoa_id=pessoa_id).order_by("id")
        ],
        "mensagens": [
            {
                "canal": m.get_canal_display(),
                "assunto": m.assunto,
                "quando": (m.enviada_em or m.criada_em).isoformat(),
                "situacao": m.get_situacao_display(),
                "erro": m.erro_codigo,
            }
            for m in Mensagem.objects.filter(pessoa_id=pessoa_id).order_by("id")
        ],
    }


@transaction.atomic
def excluir_dados_da_pessoa(pessoa_id: int) -> None:
    """Exclui tudo que se guarda da pessoa; o que esperava não sai mais.

    As mensagens antes: se uma está saindo agora, espera-se por ela, e o envio ainda pode cancelar avisos dela.
    """
    Mensagem.objects.filter(pessoa_id=pessoa_id).delete()
    Aviso.objects.filter(pessoa_id=pessoa_id).delete()
    InscricaoPush.objects.filter(pessoa_id=pessoa_id).delete()
    EnderecoRecusado.objects.filter(pessoa_id=pessoa_id).delete()
    Preferencias.objects.filter(pk=pessoa_id).delete()
