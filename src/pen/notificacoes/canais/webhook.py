"""Webhook: entrega a um serviço de SMS ou WhatsApp escolhido por quem opera a instalação."""

import hmac
import json
from hashlib import sha256

import httpx
from django.conf import settings

from pen.notificacoes.enums import CanalDeAviso, Desfecho
from pen.notificacoes.values import Entrega, Resultado, endereco_completo

TEMPO_MAXIMO = 10
TEXTO_MAXIMO = 480
PASSAGEIRAS = {401, 403, 404, 408, 425, 429}  # do endereço ou do segredo configurados: quem opera conserta


class Webhook:
    """POST assinado de ``{id, para, texto, endereco}``; o mesmo ``id`` é sempre a mesma mensagem."""

    nome = CanalDeAviso.WEBHOOK

    def __init__(self) -> None:
        self._cliente = httpx.Client(timeout=TEMPO_MAXIMO, follow_redirects=False)

    @staticmethod
    def ligado() -> bool:
        """Se há endereço e segredo."""
        return bool(settings.AVISOS_WEBHOOK_URL and settings.AVISOS_WEBHOOK_SEGREDO)

    def abrir(self) -> None:
        """Não há o que abrir: cada pedido HTTP reaproveita a conexão, ou faz a sua."""

    def enviar(self, entrega: Entrega) -> Resultado:
        """Entregue é 2xx; 4xx é recusa desta mensagem; o resto espera."""
        corpo = json.dumps(_conteudo(entrega), ensure_ascii=False).encode()
        cabecalhos = {
            "Content-Type": "application/json; charset=utf-8",
            "Idempotency-Key": str(entrega.id),
            "X-PEN-Assinatura": f"sha256={assinar(corpo)}",
        }
        try:
            resposta = self._cliente.post(settings.AVISOS_WEBHOOK_URL, content=corpo, headers=cabecalhos)
        except httpx.HTTPError as erro:
            return Resultado(Desfecho.FORA_DO_AR, "fora-do-ar", type(erro).__name__, no_meio=True)
        if resposta.is_success:
            return Resultado(Desfecho.ENTREGUE)
        permanente = resposta.is_client_error and resposta.status_code not in PASSAGEIRAS
        return Resultado(
            Desfecho.RECUSADA if permanente else Desfecho.ADIADA,
            f"webhook {resposta.status_code}",
            "O serviço de mensagens não aceitou.",
        )

    def fechar(self) -> None:
        """Solta as conexões."""
        self._cliente.close()


def assinar(corpo: bytes) -> str:
    """HMAC-SHA256 do corpo, em hexadecimal: é o que o serviço confere."""
    return hmac.new(settings.AVISOS_WEBHOOK_SEGREDO.encode(), corpo, sha256).hexdigest()


def _conteudo(entrega: Entrega) -> dict[str, str]:
    trecho = entrega.trechos[0]
    partes = [t.titulo for t in entrega.trechos]
    if len(entrega.trechos) == 1 and trecho.linhas:
        partes.append(trecho.linhas[0][1])
    return {
        "id": str(entrega.id),
        "para": entrega.para,
        "texto": " · ".join(partes)[:TEXTO_MAXIMO],
        "endereco": endereco_completo(trecho.endereco),
    }
