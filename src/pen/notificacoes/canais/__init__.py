"""Por onde um aviso sai. Cada canal sabe se está ligado e entrega uma mensagem de cada vez; quem decide é o serviço."""

from typing import Protocol

from pen.notificacoes.canais.correio import Correio
from pen.notificacoes.canais.push import Push
from pen.notificacoes.canais.webhook import Webhook
from pen.notificacoes.enums import CanalDeAviso
from pen.notificacoes.values import Entrega, Resultado


class Canal(Protocol):
    """O que todo canal faz. ``enviar`` não levanta por culpa do outro lado: conta no ``Resultado``."""

    nome: CanalDeAviso

    @staticmethod
    def ligado() -> bool:
        """Se a instalação configurou este canal."""

    def abrir(self) -> Resultado | None:
        """Deixa o canal pronto para enviar, antes de a mensagem ser escrita; o ``Resultado`` diz por que não deu."""

    def enviar(self, entrega: Entrega) -> Resultado:
        """Tenta entregar uma mensagem pelo canal aberto, reaproveitando a conexão."""

    def fechar(self) -> None:
        """Solta a conexão."""


CANAIS: tuple[type[Canal], ...] = (Push, Webhook, Correio)


def canais_ligados() -> list[Canal]:
    """Um de cada canal configurado, com conexão própria; quem pede fecha."""
    return [canal() for canal in CANAIS if canal.ligado()]
