"""Push no navegador (RFC 8030, cifrado pela 8291, com VAPID)."""

import base64
import json
import re
from email.utils import parseaddr
from functools import cache
from typing import Any

import requests
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from pywebpush import Vapid, WebPushException, webpush

from pen.notificacoes.enums import CanalDeAviso, Desfecho
from pen.notificacoes.values import Entrega, InscricaoVista, Resultado

# Só com eles se fala; o que começa por ponto vale para qualquer nome abaixo dele.
SERVIDORES = ("fcm.googleapis.com", ".push.services.mozilla.com", ".push.apple.com", ".notify.windows.com")
TEMPO_MAXIMO = 10  # segundos, por aparelho
VALIDADE = 24 * 60 * 60  # segundos que o serviço de push guarda para um aparelho desligado
INSCRICAO_QUE_SUMIU = {404, 410}
# Forma estreita: sem usuário, porta, contrabarra nem nada que dois leitores de endereço entendam diferente.
_ENDPOINT = re.compile(r"https://([a-z0-9-]+(?:\.[a-z0-9-]+)+)(/[A-Za-z0-9._~:/?&=%+,;!$'()*-]*)", re.ASCII)
_BASE64URL = re.compile(r"[A-Za-z0-9_-]+={0,2}", re.ASCII)
TAMANHO_DA_CHAVE, TAMANHO_DO_SEGREDO = 65, 16


class Push:
    """Os serviços de push dos navegadores, um pedido por aparelho da pessoa."""

    nome = CanalDeAviso.PUSH

    def __init__(self) -> None:
        self._sessao = _SessaoSemDesvio()

    @staticmethod
    def ligado() -> bool:
        """Se há chave VAPID."""
        return bool(settings.PUSH_CHAVE_PRIVADA)

    def abrir(self) -> None:
        """Não há o que abrir: cada pedido HTTP reaproveita a conexão, ou faz a sua."""

    def enviar(self, entrega: Entrega) -> Resultado:
        """Envia a todos os aparelhos; entregue em um, está entregue."""
        situacoes = {inscricao.id: self._enviar_a(inscricao, entrega) for inscricao in entrega.inscricoes}
        mortas = [id for id, situacao in situacoes.items() if situacao in INSCRICAO_QUE_SUMIU]
        if any(200 <= situacao < 300 for situacao in situacoes.values()):
            return Resultado(Desfecho.ENTREGUE, inscricoes_mortas=mortas)
        if len(mortas) == len(situacoes):
            return Resultado(
                Desfecho.RECUSADA, "sem-inscricao", "Nenhum navegador aceita mais avisos.", inscricoes_mortas=mortas
            )
        pior = max(situacao for id, situacao in situacoes.items() if id not in mortas)
        return Resultado(
            Desfecho.ADIADA, f"push {pior}", "O serviço de avisos do navegador não aceitou.", inscricoes_mortas=mortas
        )

    def fechar(self) -> None:
        """Solta as conexões."""
        self._sessao.close()

    def _enviar_a(self, inscricao: InscricaoVista, entrega: Entrega) -> int:
        """A situação HTTP da resposta; 410 também para o que não é mais um endereço aceito, 599 se ninguém atendeu."""
        if not endpoint_permitido(inscricao.endpoint):
            return 410
        try:
            resposta = webpush(
                subscription_info={
                    "endpoint": inscricao.endpoint,
                    "keys": {"p256dh": inscricao.p256dh, "auth": inscricao.auth},
                },
                data=json.dumps(_conteudo(entrega), ensure_ascii=False),
                vapid_private_key=_vapid(settings.PUSH_CHAVE_PRIVADA),
                vapid_claims={"sub": _contato()},
                timeout=TEMPO_MAXIMO,
                ttl=VALIDADE,
                requests_session=self._sessao,
            )
        except WebPushException as erro:
            return int(erro.status_code or 599)
        except (requests.RequestException, OSError):
            return 599
        except ValueError:  # chaves do navegador que não são um ponto da curva
            return 410
        return int(resposta.status_code)


class _SessaoSemDesvio(requests.Session):
    """Nunca segue redirecionamento: o servidor permitido não escolhe outro por nós."""

    def request(self, *args: Any, **kwargs: Any) -> requests.Response:
        return super().request(*args, **kwargs | {"allow_redirects": False})


def endpoint_permitido(endpoint: str) -> bool:
    """Se é um endereço HTTPS de um dos serviços de push conhecidos (``SERVIDORES``)."""
    achado = _ENDPOINT.fullmatch(endpoint)
    if achado is None:
        return False
    host = achado[1]
    return any(host.endswith(s) if s.startswith(".") else host == s for s in SERVIDORES)


def chaves_conferem(p256dh: str, auth: str) -> bool:
    """Se as chaves do navegador têm a forma e o tamanho da RFC 8291."""
    return _tamanho(p256dh) == TAMANHO_DA_CHAVE and _tamanho(auth) == TAMANHO_DO_SEGREDO


def chave_publica() -> str:
    """A chave pública VAPID que o navegador precisa conhecer; vazia se o push está desligado."""
    privada = settings.PUSH_CHAVE_PRIVADA
    if not privada:
        return ""
    ponto = _vapid(privada).public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(ponto).decode().rstrip("=")


@cache
def _vapid(privada: str) -> Any:
    try:
        return Vapid.from_string(private_key=privada)
    except ValueError as erro:
        raise RuntimeError("PUSH_CHAVE_PRIVADA não é uma chave VAPID (32 bytes em base64url, ou DER).") from erro


def _contato() -> str:
    return settings.PUSH_CONTATO or f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}"


def _conteudo(entrega: Entrega) -> dict[str, str]:
    """Título, uma linha e o caminho; cabe folgado no limite de 4 KB."""
    trecho = entrega.trechos[0]
    if len(entrega.trechos) > 1:
        return {"titulo": entrega.assunto, "texto": trecho.titulo[:200], "endereco": trecho.endereco}
    return {
        "titulo": trecho.titulo[:200],
        "texto": trecho.linhas[0][1][:300] if trecho.linhas else "",
        "endereco": trecho.endereco,
    }


def _tamanho(valor: str) -> int:
    if not _BASE64URL.fullmatch(valor):
        return 0
    try:
        return len(base64.urlsafe_b64decode(valor.rstrip("=") + "=" * (-len(valor.rstrip("=")) % 4)))
    except ValueError:
        return 0
