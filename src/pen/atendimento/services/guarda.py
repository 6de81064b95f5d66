"""A guarda: passado o prazo, o chamado fica com os tempos e as contagens, e sem nada que diga de quem era."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction

from pen.atendimento.enums import EspecieDeGuarda, Situacao, SituacaoDaManifestacao
from pen.atendimento.models import (
    Anexo,
    Avaliacao,
    Chamado,
    ChamadoImportado,
    CorreioRecebido,
    EnderecoDeResposta,
    Manifestacao,
    PassoDoChamado,
    Presenca,
    RodadaDeGuarda,
    Seguidor,
    TextoDoChamado,
)
from pen.identidade.public import pessoa_anonima

PRAZOS = {
    EspecieDeGuarda.CHAMADO: timedelta(days=5 * 365),
    EspecieDeGuarda.MANIFESTACAO: timedelta(days=2 * 365),
    EspecieDeGuarda.CORREIO: timedelta(days=180),
}
POR_VEZ = 500
ANONIMO = "(anonimizado)"


def cumprir_guarda(*, agora: datetime) -> list[RodadaDeGuarda]:
    """Anonimiza ou apaga o que perdeu o prazo, de quinhentos em quinhentos; devolve o relatório. De novo, não muda nada."""
    trabalhos: dict[EspecieDeGuarda, Callable[[datetime, datetime], int]] = {
        EspecieDeGuarda.CHAMADO: _anonimizar_chamados,
        EspecieDeGuarda.MANIFESTACAO: _anonimizar_manifestacoes,
        EspecieDeGuarda.CORREIO: _excluir_correio,
    }
    rodadas = []
    for especie, trabalho in trabalhos.items():
        limite = agora - PRAZOS[especie]
        quantos = 0
        while feitos := trabalho(limite, agora):
            quantos += feitos
        rodadas.append(RodadaDeGuarda.objects.create(em=agora, especie=especie, limite=limite, quantos=quantos))
    return rodadas


@transaction.atomic
def _anonimizar_chamados(limite: datetime, agora: datetime) -> int:
    """Um lote dos encerrados antes do limite; ficam o produto, o órgão, os passos, os prazos, o desfecho e a nota."""
    velhos = Chamado.objects.filter(situacao=Situacao.ENCERRADO, encerrado_em__lt=limite, anonimizado_em=None)
    chaves = list(velhos.select_for_update(skip_locked=True).order_by("pk").values_list("pk", flat=True)[:POR_VEZ])
    if not chaves:
        return 0
    for modelo in (Anexo, Seguidor, TextoDoChamado, EnderecoDeResposta, CorreioRecebido, Presenca):
        modelo.objects.filter(chamado__in=chaves).delete()
    PassoDoChamado.objects.filter(chamado__in=chaves).update(texto="", detalhes={})
    PassoDoChamado.objects.filter(chamado__in=chaves, da_equipe=False).update(por=None)
    Avaliacao.objects.filter(chamado__in=chaves).update(comentario="")
    ChamadoImportado.objects.filter(chamado__in=chaves).update(
        numero=""
    )  # o código fica: importar de novo não o traz de volta
    return Chamado.objects.filter(pk__in=chaves).update(
        solicitante=pessoa_anonima(), assunto=ANONIMO, descricao="", respostas={}, espera_de="", anonimizado_em=agora
    )


@transaction.atomic
def _anonimizar_manifestacoes(limite: datetime, agora: datetime) -> int:
    tratadas = Manifestacao.objects.exclude(situacao=SituacaoDaManifestacao.RECEBIDA).filter(respondida_em__lt=limite)
    chaves = list(tratadas.exclude(texto=ANONIMO).order_by("pk").values_list("pk", flat=True)[:POR_VEZ])
    anonimas = Manifestacao.objects.filter(pk__in=chaves)
    return anonimas.update(pessoa=pessoa_anonima(), texto=ANONIMO, resposta="", chamado=None) if chaves else 0


@transaction.atomic
def _excluir_correio(limite: datetime, agora: datetime) -> int:
    velhos = CorreioRecebido.objects.filter(recebido_em__lt=limite).order_by("pk").values_list("pk", flat=True)
    return CorreioRecebido.objects.filter(pk__in=list(velhos[:POR_VEZ])).delete()[0]
