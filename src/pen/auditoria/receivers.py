"""O que a auditoria faz quando a identidade anuncia um ato: grava-o. O erro sobe e desfaz o ato."""

from typing import Any

from django.dispatch import receiver

from pen.auditoria.services.atos import registrar_ato
from pen.identidade.public import Pessoa, ato_praticado


@receiver(ato_praticado, dispatch_uid="auditoria.gravar_ato")
def gravar_ato(
    sender: object, *, por: Pessoa | None, ato: str, objeto: str, orgao_id: int | None = None,
    detalhes: dict[str, Any] | None = None, **_: Any,
) -> None:  # fmt: skip
    """Registra o ato na transação em que foi anunciado."""
    registrar_ato(por=por, ato=ato, objeto=objeto, orgao_id=orgao_id, detalhes=detalhes)
