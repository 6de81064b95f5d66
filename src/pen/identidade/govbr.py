"""O cliente do Login Único gov.br: leva a pessoa até lá e confere o que volta.

Contrato: docs/contratos/login-govbr.md. Authlib faz o OpenID Connect (state, nonce, PKCE S256, Basic no token);
aqui se exige o que ela não exige sozinha: o emissor, o público, e buscar de novo a chave trocada sob o mesmo ``kid``.
"""

import re
from functools import cache
from typing import Any
from urllib.parse import urlencode

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.base_client.errors import MismatchingStateError
from authlib.integrations.base_client.framework_integration import FrameworkIntegration
from authlib.integrations.django_client import DjangoOAuth2App
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from joserfc.errors import BadSignatureError, ExpiredTokenError, InvalidClaimError, JoseError

from pen.comum.texto import cpf_confere
from pen.identidade.enums import Nivel
from pen.identidade.errors import EntradaRecusada, GovbrIndisponivel
from pen.identidade.values import AfirmacoesDoGovbr

ESCOPOS = "openid email profile govbr_confiabilidades govbr_confiabilidades_idtoken"
ESPERA = 10  # segundos por resposta
FOLGA_DO_RELOGIO = 120  # segundos; o id_token vive 60
NIVEIS = {"bronze": Nivel.BRONZE, "silver": Nivel.PRATA, "gold": Nivel.OURO}

RECOMECE = "Não deu para confirmar sua entrada pelo gov.br. Comece de novo; se continuar, tente mais tarde."
OUTRA_JANELA = "Esta entrada venceu, já foi usada, ou começou em outra janela. Comece de novo."
DESISTIU = "A entrada pelo gov.br foi cancelada. Você pode tentar de novo quando quiser."
FORA_DO_AR = "O gov.br não está respondendo. Tente de novo em alguns minutos."
RELOGIO = "O relógio deste servidor e o do gov.br não combinam. Avise quem cuida deste sistema e tente mais tarde."


class _Cliente(DjangoOAuth2App):  # type: ignore[misc]
    def parse_id_token(self, token: Any, nonce: str, **opcoes: Any) -> Any:
        try:
            return super().parse_id_token(token, nonce, **opcoes)
        except BadSignatureError:  # a chave mudou, e o gov.br não muda o kid
            self.fetch_jwk_set(force=True)
            return super().parse_id_token(token, nonce, **opcoes)


def esta_ligado() -> bool:
    """Se esta instalação tem credenciais do gov.br."""
    return bool(settings.GOVBR_EMISSOR and settings.GOVBR_CLIENTE)


def iniciar(request: HttpRequest, *, retorno: str) -> HttpResponse:
    """O desvio para a autorização do gov.br; guarda na sessão state, nonce e verificador.

    Levanta:
        GovbrIndisponivel: não respondeu, ou esta instalação não o usa.
    """
    if not esta_ligado():
        raise GovbrIndisponivel("Esta instalação não tem entrada pelo gov.br.")
    try:
        resposta: HttpResponse = _cliente().authorize_redirect(request, retorno)
    except (requests.RequestException, ValueError, KeyError, RuntimeError) as erro:
        raise GovbrIndisponivel(FORA_DO_AR) from erro
    return resposta


def concluir(request: HttpRequest) -> AfirmacoesDoGovbr:
    """Troca o código do retorno por um ``id_token`` e o confere; cada retorno vale uma vez.

    Levanta:
        EntradaRecusada: o que voltou não confere; a mensagem diz o que fazer, sem detalhe técnico.
        GovbrIndisponivel: não respondeu.
    """
    if "error" in request.GET:
        raise EntradaRecusada(DESISTIU if request.GET["error"] == "access_denied" else RECOMECE)
    exigidas = {
        "iss": {"essential": True, "value": settings.GOVBR_EMISSOR},
        "aud": {"essential": True, "value": settings.GOVBR_CLIENTE},
        "exp": {"essential": True},
        "iat": {"essential": True},
        "sub": {"essential": True},
    }
    try:
        token = _cliente().authorize_access_token(request, claims_options=exigidas, leeway=FOLGA_DO_RELOGIO)
    except requests.RequestException as erro:
        raise GovbrIndisponivel(FORA_DO_AR) from erro
    except MismatchingStateError as erro:
        raise EntradaRecusada(OUTRA_JANELA) from erro
    except (ExpiredTokenError, InvalidClaimError) as erro:
        do_relogio = isinstance(erro, ExpiredTokenError) or getattr(erro, "claim", "") in {"iat", "nbf", "exp"}
        raise EntradaRecusada(RELOGIO if do_relogio else RECOMECE) from erro
    except (AuthlibBaseError, JoseError, ValueError, KeyError, RuntimeError) as erro:
        raise EntradaRecusada(RECOMECE) from erro
    return _afirmacoes(token.get("userinfo") or {})


def endereco_de_saida(volta: str) -> str:
    """O endereço que encerra também a sessão do gov.br e volta para ``volta`` (registrado lá)."""
    return f"{settings.GOVBR_EMISSOR}logout?{urlencode({'post_logout_redirect_uri': volta})}"


@cache
def _cliente() -> Any:
    return _Cliente(
        FrameworkIntegration("govbr"),
        name="govbr",
        client_id=settings.GOVBR_CLIENTE,
        client_secret=settings.GOVBR_SEGREDO,
        server_metadata_url=f"{settings.GOVBR_EMISSOR}.well-known/openid-configuration",
        client_kwargs={
            "scope": ESCOPOS,
            "code_challenge_method": "S256",
            "token_endpoint_auth_method": "client_secret_basic",
            "default_timeout": ESPERA,
        },
    )


def _afirmacoes(dados: dict[str, Any]) -> AfirmacoesDoGovbr:
    cpf = re.sub(r"\D", "", str(dados.get("sub", "")))
    if not cpf_confere(cpf):
        raise EntradaRecusada(RECOMECE)
    confianca = dados.get("reliability_info") or {}
    nivel = NIVEIS.get(str(confianca.get("level", "")).lower(), Nivel.NENHUM)
    amr = dados.get("amr") or []
    selos = [str(s.get("id", "")) for s in confianca.get("reliabilities") or [] if isinstance(s, dict)]
    return AfirmacoesDoGovbr(
        cpf=cpf,
        nome=str(dados.get("social_name") or dados.get("name") or "")[:200],
        email=str(dados.get("email") or "")[:254],
        email_confirmado=dados.get("email_verified") in {True, "true"},  # no id_token vem como texto
        nivel=nivel,
        amr=tuple(str(a)[:40] for a in (amr if isinstance(amr, list) else [amr])),
        selos=tuple(selo[:10] for selo in selos),
    )
