"""Limite de pedidos por origem, contado no banco: vale para todos os servidores da instalação."""

import hmac
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from django.conf import settings
from django.utils import timezone

from pen.comum.errors import LimiteExcedido
from pen.comum.preparadas import consultar_preparada
from pen.identidade.models import JanelaDeUso

JANELA = timedelta(minutes=1)
GUARDA = timedelta(hours=1)
_CONTAR = """
    INSERT INTO identidade_janeladeuso AS j (chave, janela, usos) VALUES (%s, %s, 1)
    ON CONFLICT (chave, janela) DO UPDATE SET usos = j.usos + 1 RETURNING usos
"""


def contar_uso(chave: str, *, limite: int | None = None) -> int:
    """Conta um uso de ``chave`` no minuto corrente e devolve quantos já foram.

    Levanta:
        LimiteExcedido: este uso passou do ``limite`` por minuto; ``detalhes['espere_segundos']`` diz quanto falta.
    """
    janela = _janela_corrente()
    usos: int = consultar_preparada(_CONTAR, [_esconder(chave), janela])[0][0]
    if limite is not None and usos > limite:
        _recusar(janela)
    return usos


def esta_no_limite(chave: str, *, limite: int) -> None:
    """Levanta ``LimiteExcedido`` se ``chave`` já chegou ao ``limite`` neste minuto; não conta uso."""
    janela = _janela_corrente()
    if JanelaDeUso.objects.filter(chave=_esconder(chave), janela=janela, usos__gte=limite).exists():
        _recusar(janela)


def excluir_janelas_vencidas() -> int:
    """Exclui as janelas com mais de uma hora; devolve quantas. Pode rodar duas vezes."""
    excluidas, _ = JanelaDeUso.objects.filter(janela__lt=timezone.now() - GUARDA).delete()
    return excluidas


def _janela_corrente() -> datetime:
    segundos = int(JANELA.total_seconds())
    return datetime.fromtimestamp(int(timezone.now().timestamp()) // segundos * segundos, UTC)


def _recusar(janela: datetime) -> None:
    espere = max(1, int((janela + JANELA - timezone.now()).total_seconds()))
    raise LimiteExcedido(f"Muitos pedidos em pouco tempo. Espere {espere} segundos.", espere_segundos=espere)


def _esconder(chave: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), chave.encode(), sha256).hexdigest()
