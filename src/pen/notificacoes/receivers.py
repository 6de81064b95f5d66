"""O que as notificações fazem com o que a identidade anuncia: o fim de uma entrada, e o e-mail que se provou que recebe."""

from typing import Any
from uuid import UUID

from django.dispatch import receiver

from pen.identidade.public import email_confirmado, entrada_encerrada
from pen.notificacoes.services.inscricoes import excluir_inscricoes_da_entrada
from pen.notificacoes.services.preferencias import esquecer_recusa_do_email


@receiver(entrada_encerrada, dispatch_uid="notificacoes.esquecer_o_navegador")
def esquecer_o_navegador(sender: object, *, pessoa_id: int, entrada_id: UUID, **_: Any) -> None:
    """Quem saiu de um aparelho, ou foi tirado dele, não quer que outra pessoa leia ali os seus avisos."""
    excluir_inscricoes_da_entrada(pessoa_id=pessoa_id, entrada_id=entrada_id)


@receiver(email_confirmado, dispatch_uid="notificacoes.esquecer_a_recusa")
def esquecer_a_recusa(sender: object, *, pessoa_id: int, **_: Any) -> None:
    """Quem digitou o código que foi por e-mail o recebeu."""
    esquecer_recusa_do_email(pessoa_id)
