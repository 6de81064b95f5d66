"""Limite de pedidos por origem, contado no banco: vale para todos os servidores da instalação."""

import hmac
import threading
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from pen.comum.errors import LimiteExcedido
from pen.comum.preparadas import consultar_preparada
from pen.identidade.models import JanelaDeUso

JANELA = timedelta(minutes=1)
GUARDA = timedelta(hours=1)
_CONTAR = """
    INSERT INTO identidade_janeladeuso AS j (chave, janela, usos) VALUES (%s, %s, %s)
    ON CONFLICT (chave, janela) DO UPDATE SET usos = j.usos + excluded.usos RETURNING usos
"""
USOS_POR_GRAVACAO = 50  # no máximo, em ``contar_uso_aos_poucos``
CONTAS_NA_MEMORIA = 20_000


def contar_uso(chave: str, *, limite: int | None = None) -> int:
    """Conta um uso de ``chave`` no minuto corrente e devolve quantos já foram; com o banco fora, os que este processo viu.

    Levanta:
        LimiteExcedido: este uso passou do ``limite`` por minuto; ``detalhes['espere_segundos']`` diz quanto falta.
    """
    janela = _janela_corrente()
    usos = contas.somar(chave, janela, 0)
    if limite is not None and usos > limite:
        _recusar(janela)
    return usos


def contar_uso_aos_poucos(chave: str, *, limite: int) -> None:
    """Como ``contar_uso``, para o que se conta a cada pedido: soma na memória e só grava de tantos em tantos.

    Cada processo servidor guarda até 5 % do ``limite`` sem gravar, e é o quanto pode passar dele; com ``limite`` abaixo de 40,
    conta um a um. Levanta ``LimiteExcedido``, como ``contar_uso``.
    """
    janela = _janela_corrente()
    if contas.somar(chave, janela, limite) > limite:
        _recusar(janela)


class _Contas:
    """Os usos deste minuto que este processo viu: por chave, o último total gravado e os que ainda não foram."""

    def __init__(self) -> None:
        self._trava = threading.Lock()
        self._janela: datetime | None = None
        self._contas: dict[str, tuple[int, int]] = {}

    def esquecer(self) -> None:
        """Recomeça do que está no banco."""
        with self._trava:
            self._janela, self._contas = None, {}

    def somar(self, chave: str, janela: datetime, limite: int) -> int:
        """Conta um uso e devolve quantos se sabe que já foram; o que outros processos ainda não gravaram fica de fora.

        Se o banco não responde, o que não se gravou continua na memória: quem só lê não para, e o limite vale por processo.
        """
        with self._trava:
            if self._janela != janela or len(self._contas) >= CONTAS_NA_MEMORIA:
                self._janela, self._contas = janela, {}
            gravados, pendentes = self._contas.get(chave, (0, 0))
            pendentes += 1
            if gravados and pendentes < min(limite // 20, USOS_POR_GRAVACAO) and gravados + pendentes <= limite:
                self._contas[chave] = (gravados, pendentes)
                return gravados + pendentes
            self._contas[chave] = (gravados, 0)
        try:
            total = _gravar(chave, janela, pendentes)
        except (OperationalError, InterfaceError):
            if connection.in_atomic_block:
                raise
            with self._trava:
                gravados, outros = self._contas.get(chave, (0, 0))
                self._contas[chave] = (gravados, outros + pendentes)
                return gravados + outros + pendentes
        with self._trava:
            if self._janela == janela:
                self._contas[chave] = (total, self._contas.get(chave, (0, 0))[1])
        return total


contas = _Contas()


def esta_no_limite(chave: str, *, limite: int) -> None:
    """Levanta ``LimiteExcedido`` se ``chave`` já chegou ao ``limite`` neste minuto; não conta uso."""
    janela = _janela_corrente()
    if JanelaDeUso.objects.filter(chave=_esconder(chave), janela=janela, usos__gte=limite).exists():
        _recusar(janela)


def excluir_janelas_vencidas() -> int:
    """Exclui as janelas com mais de uma hora; devolve quantas. Pode rodar duas vezes."""
    excluidas, _ = JanelaDeUso.objects.filter(janela__lt=timezone.now() - GUARDA).delete()
    return excluidas


def _gravar(chave: str, janela: datetime, usos: int) -> int:
    total: int = consultar_preparada(_CONTAR, [_esconder(chave), janela, usos], grava=True)[0][0]
    return total


def _janela_corrente() -> datetime:
    segundos = int(JANELA.total_seconds())
    return datetime.fromtimestamp(int(timezone.now().timestamp()) // segundos * segundos, UTC)


def _recusar(janela: datetime) -> None:
    espere = max(1, int((janela + JANELA - timezone.now()).total_seconds()))
    raise LimiteExcedido(f"Muitos pedidos em pouco tempo. Espere {espere} segundos.", espere_segundos=espere)


def _esconder(chave: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), chave.encode(), sha256).hexdigest()
