"""Os direitos de quem é dono dos dados (Lei 13.709/2018, art. 18), no que toca ao assistente."""

from typing import Any

from django.db import transaction

from pen.assistente.models import Conversa, Fala


def exportar_conversas(pessoa_id: int) -> dict[str, Any]:
    """O que a pessoa perguntou, pronto para JSON."""
    falas = Fala.objects.filter(conversa__pessoa=pessoa_id).order_by("conversa", "ordem")
    return {"perguntas_ao_assistente": [{"em": f.em.isoformat(), "pergunta": f.pergunta} for f in falas]}


@transaction.atomic
def excluir_conversas(pessoa_id: int) -> None:
    """Com a conta, as conversas somem."""
    Fala.objects.filter(conversa__pessoa=pessoa_id).delete()
    Conversa.objects.filter(pessoa=pessoa_id).delete()
