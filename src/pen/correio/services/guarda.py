"""A guarda: passado o prazo, a conversa que acabou fica com a caixa, o caso e os tempos, e nada que diga de quem era."""

from datetime import datetime, timedelta

import structlog
from django.db import transaction

from pen.comum import armazem
from pen.correio.armazem import pasta_das_mensagens
from pen.correio.enums import Especie, Situacao, SituacaoDoEnvio
from pen.correio.models import Conversa, Envio, Item, Recebimento

PRAZO_DA_CONVERSA, PRAZO_DO_RECEBIMENTO = timedelta(days=2 * 365), timedelta(days=180)
POR_VEZ = 500
ACABADAS = [Situacao.ENVIADA, Situacao.RESPONDIDA, Situacao.RECUSADA, Situacao.ARQUIVADA]

log = structlog.stdlib.get_logger("pen.caixas")


def cumprir_guarda(*, agora: datetime) -> tuple[int, int]:
    """Anonimiza as conversas e exclui os recebimentos que perderam o prazo; devolve quantos de cada. De novo, não muda nada."""
    conversas = 0
    while feitas := _anonimizar(agora - PRAZO_DA_CONVERSA, agora):
        conversas += feitas
    recebimentos, _ = Recebimento.objects.filter(em__lt=agora - PRAZO_DO_RECEBIMENTO).delete()
    log.info("guarda das caixas", conversas=conversas, recebimentos=recebimentos)
    return conversas, recebimentos


@transaction.atomic
def _anonimizar(limite: datetime, agora: datetime) -> int:
    """Um lote; os originais ficam sem quem os cite, e a limpeza da madrugada os apaga."""
    velhas = Conversa.objects.filter(situacao__in=ACABADAS, mexida_em__lt=limite, anonimizada_em=None)
    chaves = list(velhas.select_for_update(skip_locked=True).order_by("pk").values_list("pk", flat=True)[:POR_VEZ])
    if not chaves:
        return 0
    itens = Item.objects.filter(conversa__in=chaves)
    Envio.objects.filter(item__conversa__in=chaves, situacao=SituacaoDoEnvio.PENDENTE).update(
        situacao=SituacaoDoEnvio.FALHOU
    )
    itens.filter(especie=Especie.NOTA).delete()
    itens.update(
        texto="", de="", para="", anexos=[], original="", identificacao="", em_resposta_a="", conversa_ate_aqui=""
    )  # fmt: skip
    arquivadas = Conversa.objects.filter(pk__in=chaves, situacao=Situacao.ARQUIVADA)
    arquivadas.update(motivo="(anonimizada)")
    return Conversa.objects.filter(pk__in=chaves).update(
        assunto="", remetente="", remetente_nome="", responder_a="", suspeita=[], por_ler=False, anonimizada_em=agora
    )


def excluir_abandonados() -> int:
    """Apaga da pasta os originais que nenhum item cita e têm mais de um dia. Devolve quantos."""
    return armazem.excluir_abandonados(
        pasta_das_mensagens(),
        lambda resumos: set(Item.objects.filter(original__in=resumos).values_list("original", flat=True)),
    )
