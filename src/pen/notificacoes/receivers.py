"""O que as notificações fazem quando a identidade anuncia o fim de uma entrada: o navegador dela não recebe mais."""

from typing import Any
from uuid import UUID

from django.dispatch import receiver

from pen.identidade.public import entrada_encerrada
from pen.notificacoes.services.inscricoes import excluir_inscricoes_da_entrada


@receiver(entrada_encerrada, dispatch_uid="notificacoes.esquecer_o_navegador")
def esquecer_o_navegador(sender: object, *, pessoa_id: int, entrada_id: UUID, **_: Any) -> None:
    """Quem saiu de um aparelho, ou foi tirado dele, não quer que outra pessoa leia ali os seus avisos."""
    excluir_inscricoes_da_entrada(pessoa_id=pessoa_id, entrada_id=entrada_id)
