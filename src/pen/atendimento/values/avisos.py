"""Com que nome os avisos de um chamado ficam nas notificações."""

from uuid import UUID

TIPO_DE_AVISO = "chamado"


def chave_do_aviso(passo_id: UUID) -> str:
    """A chave com que os avisos de um passo são gravados: repetir não dobra."""
    return str(passo_id)
