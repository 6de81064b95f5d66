"""As escolhas da pessoa: frequência, pausa, canais, e mandar tentar de novo um e-mail recusado."""

import re
from typing import Any

from django.db import transaction
from django.utils import timezone

from pen.identidade.public import Pessoa
from pen.notificacoes.enums import Frequencia, Ritmo, SituacaoDoAviso
from pen.notificacoes.errors import PreferenciaInvalida
from pen.notificacoes.models import Aviso, EnderecoRecusado, Preferencias
from pen.notificacoes.segredos import hash_do_endereco
from pen.notificacoes.services.avisos import vencimento

_TELEFONE = re.compile(r"\+[1-9][0-9]{7,14}")


@transaction.atomic
def alterar_preferencias(
    *,
    por: Pessoa,
    frequencia: Frequencia | None = None,
    correio: bool | None = None,
    push: bool | None = None,
    webhook: bool | None = None,
    telefone: str | None = None,
) -> Preferencias:
    """Altera as próprias preferências; ``None`` mantém. A frequência nova vale também para o que já esperava, menos para o
    que se pediu num resumo: esse continua nele.

    Levanta:
        PreferenciaInvalida: o telefone não está na forma ``+5561999998888``, ou falta para o canal de telefone.
    """
    preferencias = _travar(por.pk)
    novas: dict[str, Any] = {
        "frequencia": frequencia, "correio": correio, "push": push, "webhook": webhook, "telefone": telefone,
    }  # fmt: skip
    mudadas = {campo: valor for campo, valor in novas.items() if valor is not None}
    for campo, valor in mudadas.items():
        setattr(preferencias, campo, valor)
    if preferencias.telefone and not _TELEFONE.fullmatch(preferencias.telefone):
        raise PreferenciaInvalida("Escreva o telefone com o código do país, como +5561999998888.", campo="telefone")
    if preferencias.webhook and not preferencias.telefone:
        raise PreferenciaInvalida("Informe o telefone que vai receber as mensagens.", campo="telefone")
    preferencias.save()
    if frequencia is not None:
        esperando = Aviso.objects.filter(pessoa=por, situacao=SituacaoDoAviso.PENDENTE, urgente=False)
        esperando.filter(ritmo=Ritmo.IMEDIATO).update(devido_em=vencimento(frequencia, timezone.now()))
    return preferencias


def pausar_avisos(*, por: Pessoa) -> None:
    """Pausa tudo que não é urgente e cancela o que esperava. Pausar de novo não muda nada."""
    pausar_pelo_link(por.pk)


@transaction.atomic
def pausar_pelo_link(pessoa_id: int) -> None:
    """O mesmo, para quem tem o link assinado que foi enviado à pessoa."""
    if not Pessoa.objects.filter(pk=pessoa_id, is_active=True).exists():
        return
    preferencias = _travar(pessoa_id)
    if preferencias.pausado_em is None:
        preferencias.pausado_em = timezone.now()
        preferencias.save(update_fields=["pausado_em"])
    # Os já agrupados são conferidos no preparo, na hora de sair.
    esperando = Aviso.objects.filter(pessoa_id=pessoa_id, situacao=SituacaoDoAviso.PENDENTE, urgente=False)
    esperando.update(situacao=SituacaoDoAviso.CANCELADO)


@transaction.atomic
def retomar_avisos(*, por: Pessoa) -> None:
    """Volta a avisar do que acontecer daqui em diante."""
    preferencias = _travar(por.pk)
    preferencias.pausado_em = None
    preferencias.save(update_fields=["pausado_em"])


def tentar_endereco_de_novo(*, por: Pessoa) -> None:
    """A pessoa confirma que o e-mail dela recebe: as recusas são esquecidas, e as próximas mensagens saem."""
    EnderecoRecusado.objects.filter(pessoa=por).delete()


def esquecer_recusa_do_email(pessoa_id: int) -> None:
    """O e-mail atual da pessoa acaba de receber o que lhe mandamos: a recusa dele, se havia, deixa de valer."""
    pessoa = Pessoa.objects.get(pk=pessoa_id)
    EnderecoRecusado.objects.filter(pessoa=pessoa, endereco_hash=hash_do_endereco(pessoa.email)).delete()


def _travar(pessoa_id: int) -> Preferencias:
    """A linha da pessoa, criada se falta, travada até o fim da transação."""
    Preferencias.objects.bulk_create([Preferencias(pessoa_id=pessoa_id)], ignore_conflicts=True)
    return Preferencias.objects.select_for_update().get(pk=pessoa_id)
